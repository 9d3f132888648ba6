/**
 * The life of an endpoint and of what stands around it, as AWS tells it and as packets see it: from a service that does
 * not exist for the caller to an address that can be given to somebody else.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import {
  AcceptVpcEndpointConnectionsCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcEndpointCommand,
  type CreateVpcEndpointCommandInput,
  DeleteVpcEndpointServiceConfigurationsCommand,
  DeleteVpcEndpointsCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVpcEndpointConnectionsCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  ModifyVpcEndpointCommand,
  ModifyVpcEndpointServiceConfigurationCommand,
  ModifyVpcEndpointServicePermissionsCommand,
  RejectVpcEndpointConnectionsCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2'
import { DeleteLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import {
  allow,
  createEndpoint,
  createGroup,
  describeEndpoint,
  stateOf,
  tcpFrom,
  until,
  untilEndpointIs,
} from '../../src/cli/demo/scenario.ts'
import { livePids, namespaceOf } from '../../src/cli/processes.ts'
import { instanceNetns } from '../../src/plan/names.ts'
import { aPlayground, dropped, kernelTest, vpcNetnsOf } from '../support/e2e-underpass.ts'
import {
  aResident,
  aWorld,
  interfaceAddresses,
  mentions,
  patienceMs,
  refusalOf,
  servicePort,
  silenceMs,
  tableText,
  targetPort,
  untilAnswered,
  untilCut,
  untilRefused,
  type World,
} from '../support/session-world.ts'

// What one provider and one consumer do to each other ------------------------------------------------------------------

const accept = async ({ provider, service }: World, vpcEndpointId: string): Promise<void> => {
  const { Unsuccessful } = await provider.tenant.ec2.send(
    new AcceptVpcEndpointConnectionsCommand({ ServiceId: service.serviceId, VpcEndpointIds: [vpcEndpointId] }),
  )
  assert.deepEqual(Unsuccessful ?? [], [])
}

const reject = async ({ provider, service }: World, vpcEndpointId: string): Promise<void> => {
  const { Unsuccessful } = await provider.tenant.ec2.send(
    new RejectVpcEndpointConnectionsCommand({ ServiceId: service.serviceId, VpcEndpointIds: [vpcEndpointId] }),
  )
  assert.deepEqual(Unsuccessful ?? [], [])
}

const require = async ({ provider, service }: World, acceptanceRequired: boolean): Promise<void> => {
  await provider.tenant.ec2.send(
    new ModifyVpcEndpointServiceConfigurationCommand({
      ServiceId: service.serviceId,
      AcceptanceRequired: acceptanceRequired,
    }),
  )
}

const create = async (world: World, more: Partial<CreateVpcEndpointCommandInput>): Promise<VpcEndpoint> => {
  const { VpcEndpoint: endpoint } = await world.consumer.tenant.ec2.send(
    new CreateVpcEndpointCommand({
      VpcEndpointType: 'Interface',
      VpcId: world.consumer.vpcId,
      ServiceName: world.service.serviceName,
      SecurityGroupIds: [world.openGroupId],
      ...more,
    }),
  )
  return endpoint ?? assert.fail('the answer has no endpoint')
}

const modify = async (world: World, vpcEndpointId: string, more: object): Promise<void> => {
  await world.consumer.tenant.ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId: vpcEndpointId, ...more }))
}

/** Deletes and waits until there is no such endpoint. */
async function remove(world: World, ...vpcEndpointIds: readonly string[]): Promise<void> {
  const { ec2 } = world.consumer.tenant
  const { Unsuccessful } = await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [...vpcEndpointIds] }))
  assert.deepEqual(Unsuccessful ?? [], [])
  await until(
    `${vpcEndpointIds} to be gone`,
    async () => {
      const filter = { Name: 'vpc-endpoint-id', Values: [...vpcEndpointIds] }
      const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters: [filter] }))
      for (const endpoint of VpcEndpoints) assert.equal(stateOf(endpoint), 'deleting')
      return VpcEndpoints.length === 0 ? true : undefined
    },
    patienceMs,
  )
}

/** Polls without a pause until the endpoint is available. @returns every state that was seen, in order, once each */
async function statesUntilAvailable(world: World, vpcEndpointId: string): Promise<string[]> {
  const seen: string[] = []
  await until(
    `${vpcEndpointId} to be available`,
    async () => {
      const state = stateOf(await describeEndpoint(world.consumer.tenant, vpcEndpointId))
      if (seen.at(-1) !== state) seen.push(state)
      return state === 'available' ? true : undefined
    },
    patienceMs,
    0,
  )
  return seen
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

// The endpoint ---------------------------------------------------------------------------------------------------------

kernelTest('an endpoint from nothing to nothing: asked for, accepted, rejected, modified, deleted', async (t) => {
  const playground = await aPlayground(t, 'lifecycle')
  await playground.up()
  const world = await aWorld(playground, { consumerZones: 'abc' })
  const { provider, consumer, service, client, openGroupId } = world
  const consumerVpc = (): string => tableText(playground, consumer.vpcId)
  let endpoint: VpcEndpoint = {}
  let addresses: Readonly<Record<string, string>> = {}
  const id = (): string => endpoint.VpcEndpointId ?? ''
  const askZone = (zone: string, timeoutMs?: number) => client.ask(addresses[zone] ?? '', servicePort, timeoutMs)

  await t.test('not permitted: the service does not exist', async () => {
    const refusal = await refusalOf(createEndpoint(consumer, service, 'ab', [openGroupId]))
    assert.equal(refusal.name, 'InvalidServiceName')
    assert.equal(refusal.message, `The Vpc Endpoint Service '${service.serviceName}' does not exist`)
    const described = await refusalOf(
      consumer.tenant.ec2.send(new DescribeVpcEndpointServicesCommand({ ServiceNames: [service.serviceName] })),
    )
    assert.equal(described.name, 'InvalidServiceName')
  })

  await t.test('permitted: pendingAcceptance, its addresses are there, and no packet passes', async (t) => {
    await allow(provider.tenant, service, consumer.tenant.accountId)
    endpoint = await createEndpoint(consumer, service, 'ab', [openGroupId])
    assert.equal(stateOf(endpoint), 'pendingAcceptance')
    addresses = await interfaceAddresses(consumer, endpoint)
    assert.deepEqual(Object.keys(addresses).sort(), ['a', 'b'])

    const { VpcEndpointConnections = [] } = await provider.tenant.ec2.send(
      new DescribeVpcEndpointConnectionsCommand({ Filters: [{ Name: 'service-id', Values: [service.serviceId] }] }),
    )
    assert.deepEqual(
      VpcEndpointConnections.map((each) => [each.VpcEndpointId, each.VpcEndpointOwner, String(each.VpcEndpointState)]),
      [[id(), consumer.tenant.accountId, 'pendingAcceptance']],
    )

    // The interfaces are known to the kernel by now, so the reason that is counted is the endpoint's own.
    await until('the interfaces to be in the kernel', async () =>
      Object.values(addresses).every((ip) => mentions(consumerVpc(), ip)) ? true : undefined,
    )
    const before = await dropped(playground, consumer.vpcId, 'endpoint-unavailable')
    const attempts = await Promise.all(Object.keys(addresses).map((zone) => askZone(zone, silenceMs)))
    assert.deepEqual(
      attempts.map(({ error }) => error),
      ['timed out', 'timed out'],
    )
    const counted = (await dropped(playground, consumer.vpcId, 'endpoint-unavailable')) - before
    assert(counted >= 2, `${counted} packets counted`)
    assert.equal(stateOf(await describeEndpoint(consumer.tenant, id())), 'pendingAcceptance')
    t.diagnostic(`both zones silent; ${counted} packets counted as endpoint-unavailable`)
  })

  await t.test('accepted, rejected, accepted again: the first moment it is available, it connects', async (t) => {
    const rounds = 10
    const took: number[] = []
    const refusedAfter: number[] = []
    const sequences = new Set<string>()
    for (let round = 0; round < rounds; round++) {
      const from = performance.now()
      await accept(world, id())
      const seen = await statesUntilAvailable(world, id())
      const [a, b] = await Promise.all([askZone('a'), askZone('b')])
      took.push(performance.now() - from)
      sequences.add(seen.join(' → '))
      assert.deepEqual([a.error, b.error], [undefined, undefined], `round ${round}`)
      assert.deepEqual([a.answer?.name, b.answer?.name], ['zone-a', 'zone-b'])
      assert(['available', 'pending → available'].includes(seen.join(' → ')), `after accept it was ${seen.join(' → ')}`)
      if (round === rounds - 1) break

      const line = `round ${round}`
      await client.open(line, addresses.a ?? '', servicePort)
      assert.equal((await client.say(line, 'hello')).answer, 'hello')
      await reject(world, id())
      assert.equal(stateOf(await describeEndpoint(consumer.tenant, id())), 'rejected')
      const refused = await untilRefused('a rejected endpoint to refuse', () => askZone('b', silenceMs))
      assert.equal(refused.error, 'timed out')
      refusedAfter.push(refused.ms)
      // The next packet of the established connection belongs to nothing any more and is answered with a RST.
      assert.equal(await untilCut(client, line), 'ECONNRESET')
      assert(!consumerVpc().includes(`${addresses.a} . tcp . ${servicePort}`), 'its element is still there')
      await client.end(line)
    }
    t.diagnostic(
      `${rounds} times accepted: ${[...sequences].join('; ')}; accept to both zones answered, median ${median(took).toFixed(0)} ms`,
    )
    t.diagnostic(
      `${rounds - 1} times rejected: new connections refused ${Math.max(...refusedAfter)} ms after the answer at most, established ones reset`,
    )
  })

  await t.test('an available endpoint stays available whatever else is written', async (t) => {
    const [eni = ''] = endpoint.NetworkInterfaceIds ?? []
    const otherGroup = await createGroup(consumer, 'other', [tcpFrom(servicePort, '10.0.0.0/16')])
    const { ec2 } = consumer.tenant
    const tag = (n: number, ...ids: string[]) =>
      ec2.send(new CreateTagsCommand({ Resources: ids, Tags: [{ Key: 'n', Value: `${n}` }] }))
    const writes: readonly ((n: number) => Promise<unknown>)[] = [
      (n) => tag(n, id()),
      (n) => tag(n, eni),
      (n) => tag(n, id(), eni),
      (n) =>
        modify(
          world,
          id(),
          n % 2 === 0 ? { AddSecurityGroupIds: [otherGroup] } : { RemoveSecurityGroupIds: [otherGroup] },
        ),
      () => modify(world, id(), { ResetPolicy: true }),
      (n) => tag(n, service.serviceId).catch(() => undefined),
    ]
    const seen: Record<string, number> = {}
    let isOver = false
    const watch = async (): Promise<void> => {
      while (!isOver) {
        const state = stateOf(await describeEndpoint(consumer.tenant, id()))
        seen[state] = (seen[state] ?? 0) + 1
      }
    }
    const watching = Promise.all([watch(), watch()])
    for (let n = 0; n < 20; n++) {
      for (const write of writes) {
        await write(n)
        const state = stateOf(await describeEndpoint(consumer.tenant, id()))
        seen[state] = (seen[state] ?? 0) + 1
      }
    }
    isOver = true
    await watching
    t.diagnostic(`${20 * writes.length} unrelated writes, states seen ${JSON.stringify(seen)}`)
    assert.deepEqual(Object.keys(seen), ['available'])
    const { InstanceId } = { InstanceId: client.machine.instanceId }
    const { NetworkInterfaces = [] } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [InstanceId] }] }),
    )
    const instanceStates = new Set<string>()
    for (let n = 0; n < 20; n++) {
      await tag(n, InstanceId, NetworkInterfaces[0]?.NetworkInterfaceId ?? '')
      const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }))
      instanceStates.add(String(Reservations?.[0]?.Instances?.[0]?.State?.Name))
    }
    assert.deepEqual([...instanceStates], ['running'])
  })

  await t.test('accepted by itself: pending at first, available when it connects', async (t) => {
    await require(world, false)
    const took: number[] = []
    const made: string[] = []
    for (let n = 0; n < 10; n++) {
      const created = await create(world, { SubnetIds: [consumer.subnetIds.a ?? ''] })
      const from = performance.now()
      assert.equal(stateOf(created), 'pending')
      const seen = await statesUntilAvailable(world, created.VpcEndpointId ?? '')
      const { a: ip = '' } = await interfaceAddresses(consumer, created)
      const { answer, error } = await client.ask(ip, servicePort)
      took.push(performance.now() - from)
      assert.equal(answer?.name, 'zone-a', error ?? 'somebody else answered')
      assert.deepEqual(seen.at(-1), 'available')
      assert(
        seen.every((state) => state === 'pending' || state === 'available'),
        `${seen}`,
      )
      made.push(created.VpcEndpointId ?? '')
    }
    await require(world, true)
    await remove(world, ...made)
    t.diagnostic(
      `10 endpoints: answer of CreateVpcEndpoint to the first connection, median ${median(took).toFixed(0)} ms`,
    )
  })

  await t.test('a zone that the service is not in, two subnets of one zone', async (t) => {
    const wrong = await refusalOf(create(world, { SubnetIds: [consumer.subnetIds.c ?? ''] }))
    assert.equal(wrong.name, 'InvalidParameter')
    assert.match(wrong.message, /does not support the availability zone of the subnet: subnet-/)
    for (const zone of ['us-east-1a', 'us-east-1b']) assert(wrong.message.includes(zone), wrong.message)
    assert(!wrong.message.includes('us-east-1c'), wrong.message)
    t.diagnostic(wrong.message)

    const { Subnet } = await consumer.tenant.ec2.send(
      new CreateSubnetCommand({
        VpcId: consumer.vpcId,
        CidrBlock: '10.0.9.0/24',
        AvailabilityZone: 'us-east-1a',
      }),
    )
    const two = await refusalOf(create(world, { SubnetIds: [consumer.subnetIds.a ?? '', Subnet?.SubnetId ?? ''] }))
    assert.equal(two.name, 'DuplicateSubnetsInSameZone')
    const added = await refusalOf(modify(world, id(), { AddSubnetIds: [Subnet?.SubnetId ?? ''] }))
    assert.equal(added.name, 'DuplicateSubnetsInSameZone')
  })

  await t.test('addresses: never one of the five reserved ones, never twice', async (t) => {
    await require(world, false)
    const { Subnet } = await consumer.tenant.ec2.send(
      new CreateSubnetCommand({
        VpcId: consumer.vpcId,
        CidrBlock: '10.0.100.0/28',
        AvailabilityZone: 'us-east-1a',
      }),
    )
    const SubnetId = Subnet?.SubnetId ?? ''
    const fixed = (ipv4: string) =>
      create(world, { SubnetIds: [SubnetId], SubnetConfigurations: [{ SubnetId, Ipv4: ipv4 }] })
    for (const last of [0, 1, 2, 3, 15]) {
      const { name } = await refusalOf(fixed(`10.0.100.${last}`))
      assert.equal(name, 'InvalidParameterValue', `10.0.100.${last}`)
    }
    assert.equal((await refusalOf(fixed('10.0.101.4'))).name, 'InvalidParameterValue')

    const chosen = await fixed('10.0.100.9')
    assert.deepEqual(Object.values(await interfaceAddresses(consumer, chosen)), ['10.0.100.9'])
    assert.equal((await refusalOf(fixed('10.0.100.9'))).name, 'InvalidIPAddress.InUse')

    // All at once, more than there are addresses: eleven in a /28, of which one is taken.
    const outcomes = await Promise.allSettled(
      Array.from({ length: 14 }, () => create(world, { SubnetIds: [SubnetId] })),
    )
    const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []))
    const given = await Promise.all(made.map(async (each) => Object.values(await interfaceAddresses(consumer, each))))
    const all = [...given.flat(), '10.0.100.9'].sort((a, b) => Number(a.split('.')[3]) - Number(b.split('.')[3]))
    assert.deepEqual(
      all,
      Array.from({ length: 11 }, (_, n) => `10.0.100.${4 + n}`),
    )
    assert.deepEqual(new Set(refusals.map(({ name }) => name)), new Set(['InsufficientFreeAddressesInSubnet']))
    t.diagnostic(`a /28 gave ${all.join(' ')}; then ${refusals.length} times InsufficientFreeAddressesInSubnet`)
    await remove(world, chosen.VpcEndpointId ?? '', ...made.map((each) => each.VpcEndpointId ?? ''))
    await require(world, true)
  })

  await t.test('modified while it carries traffic: a subnet goes and comes, groups come and go', async (t) => {
    await client.open('kept', addresses.a ?? '', servicePort)
    const keeps = async (when: string): Promise<void> => {
      const { answer, error } = await client.say('kept', when)
      assert.equal(answer, when, `the established connection of the zone that stays, ${when}: ${error}`)
    }
    const subnetB = consumer.subnetIds.b ?? ''
    const goneIp = addresses.b ?? ''
    await client.open('going', goneIp, servicePort)

    const load = client.askMany(addresses.a ?? '', servicePort, 2_000, 4)
    await modify(world, id(), { RemoveSubnetIds: [subnetB] })
    await untilEndpointIs(consumer.tenant, id(), 'available')
    await untilRefused('the removed subnet to refuse', () => client.ask(goneIp, servicePort, silenceMs))
    assert.equal(await untilCut(client, 'going'), 'ECONNRESET')
    assert(!mentions(consumerVpc(), goneIp), `${goneIp} is still in the kernel`)
    await keeps('after a subnet was removed')

    await modify(world, id(), { AddSubnetIds: [subnetB] })
    const seen = await statesUntilAvailable(world, id())
    endpoint = (await describeEndpoint(consumer.tenant, id())) ?? {}
    addresses = await interfaceAddresses(consumer, endpoint)
    const added = await askZone('b')
    assert.equal(added.answer?.name, 'zone-b', `at the first moment: ${added.error}`)
    await keeps('after a subnet was added')
    const { answers, errors } = await load
    assert.deepEqual(errors, {})
    t.diagnostic(
      `subnet removed and added (${seen.join(' → ')}) under load: ${JSON.stringify(answers)}, 0 failed; zone b ${goneIp} → ${addresses.b}`,
    )

    // Both in one call: another interface at the same address, and what went through the old one must not linger.
    await client.open('moving', addresses.b ?? '', servicePort)
    const [oldInterfaces, oldIp] = [endpoint.NetworkInterfaceIds ?? [], addresses.b]
    await modify(world, id(), { RemoveSubnetIds: [subnetB], AddSubnetIds: [subnetB] })
    await statesUntilAvailable(world, id())
    endpoint = (await describeEndpoint(consumer.tenant, id())) ?? {}
    addresses = await interfaceAddresses(consumer, endpoint)
    const kept = (endpoint.NetworkInterfaceIds ?? []).filter((each) => oldInterfaces.includes(each))
    assert.equal(kept.length, 1)
    assert.equal(addresses.b, oldIp, 'the address is not the one that became free')
    assert.equal((await askZone('b')).answer?.name, 'zone-b')
    assert.equal(await untilCut(client, 'moving'), 'ECONNRESET')
    await keeps('after an interface was replaced')

    const closedGroup = await createGroup(consumer, 'closed', [])
    await modify(world, id(), { AddSecurityGroupIds: [closedGroup], RemoveSecurityGroupIds: [openGroupId] })
    const refused = await untilRefused('the closed group to refuse', () => askZone('a', silenceMs))
    assert.equal(refused.error, 'timed out')
    await keeps('after its group was taken away')
    await modify(world, id(), { AddSecurityGroupIds: [openGroupId], RemoveSecurityGroupIds: [closedGroup] })
    const admitted = await untilAnswered('the open group to admit', () => askZone('a', silenceMs))
    await keeps('after its group came back')
    t.diagnostic(`groups replaced: refused after ${refused.ms} ms, admitted again after ${admitted.ms} ms`)
    await client.end('kept')
  })

  await t.test('a principal that is removed keeps what it has and gets no more', async () => {
    await client.open('kept', addresses.a ?? '', servicePort)
    await provider.tenant.ec2.send(
      new ModifyVpcEndpointServicePermissionsCommand({
        ServiceId: service.serviceId,
        RemoveAllowedPrincipals: [`arn:aws:iam::${consumer.tenant.accountId}:root`],
      }),
    )
    assert.equal((await refusalOf(createEndpoint(consumer, service, 'a', []))).name, 'InvalidServiceName')
    assert.equal(stateOf(await describeEndpoint(consumer.tenant, id())), 'available')
    assert.equal((await client.say('kept', 'still')).answer, 'still')
    assert.equal((await askZone('a')).answer?.name, 'zone-a')
    await client.end('kept')
    await allow(provider.tenant, service, consumer.tenant.accountId)
  })

  await t.test('a service with live connections is not deleted, nor its load balancer', async () => {
    const { Unsuccessful = [] } = await provider.tenant.ec2.send(
      new DeleteVpcEndpointServiceConfigurationsCommand({ ServiceIds: [service.serviceId] }),
    )
    assert.deepEqual(
      Unsuccessful.map(({ ResourceId, Error: error }) => [ResourceId, error?.Code, error?.Message]),
      [[service.serviceId, 'ExistingVpcEndpointConnections', 'Service has existing active VPC Endpoint connections!']],
    )
    const inUse = await refusalOf(
      provider.tenant.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: service.loadBalancerArn })),
    )
    assert.match(inUse.name, /^ResourceInUse/)
    assert.equal((await askZone('a')).answer?.name, 'zone-a')
  })

  await t.test(
    'deleted: elements, interfaces, addresses and names are gone, and the address serves another',
    async (t) => {
      const names = (endpoint.DnsEntries ?? []).map(({ DnsName }) => DnsName ?? '')
      assert.equal(names.length, 3)
      for (const name of names) assert((await client.lookup(name)).answer, name)
      await client.open('live', addresses.a ?? '', servicePort)
      const interfaceIds = endpoint.NetworkInterfaceIds ?? []
      const from = performance.now()
      await remove(world, id())
      const ms = Math.round(performance.now() - from)

      const table = consumerVpc()
      for (const ip of Object.values(addresses)) assert(!mentions(table, ip), `${ip} is still in ${table}`)
      assert.equal(await untilCut(client, 'live'), 'ECONNRESET')
      const unknown = await refusalOf(
        consumer.tenant.ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id()] })),
      )
      assert.equal(unknown.name, 'InvalidVpcEndpointId.NotFound')
      const noInterface = await refusalOf(
        consumer.tenant.ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: interfaceIds })),
      )
      assert.equal(noInterface.name, 'InvalidNetworkInterfaceID.NotFound')
      for (const name of names) {
        const { answer, error } = await client.query({ server: '10.0.0.2', name, transport: 'udp' })
        assert.equal(answer?.rcode, 'NXDOMAIN', `${name}: ${error ?? JSON.stringify(answer)}`)
      }

      const successor = await aResident(playground, consumer, 'a', addresses.a ?? '', [openGroupId])
      await successor.serve(targetPort, 'the address of a deleted endpoint')
      const { answer, error } = await client.ask(addresses.a ?? '', targetPort)
      assert.equal(answer?.name, 'the address of a deleted endpoint', error ?? 'somebody else answered')
      t.diagnostic(`gone ${ms} ms after DeleteVpcEndpoints; ${addresses.a} then served as an instance`)
      assert.deepEqual(
        (
          await provider.tenant.ec2.send(
            new DeleteVpcEndpointServiceConfigurationsCommand({ ServiceIds: [service.serviceId] }),
          )
        ).Unsuccessful ?? [],
        [],
      )
    },
  )
})

// Instances and VPCs ---------------------------------------------------------------------------------------------------

kernelTest(
  'an instance that is terminated leaves nothing; a default VPC costs nothing until somebody is in it',
  async (t) => {
    const playground = await aPlayground(t, 'instances')
    await playground.up()
    const world = await aWorld(playground)
    const { consumer, client } = world
    const { ec2 } = consumer.tenant
    const netns = instanceNetns(playground.home.name, client.machine.instanceId)
    const netnsFile = (name: string): string => `/run/netns/${name}`

    await t.test('terminated: its namespace, its processes and its address', async (t) => {
      const identity = namespaceOf(client.child.pid ?? 0, 'net')
      assert(identity, 'the process inside is not to be seen')
      const inside = (): readonly number[] => livePids().filter((pid) => namespaceOf(pid, 'net') === identity)
      assert(inside().includes(client.child.pid ?? 0))
      const from = performance.now()
      await ec2.send(new TerminateInstancesCommand({ InstanceIds: [client.machine.instanceId] }))
      await until(
        'the instance to be terminated',
        async () => {
          const { Reservations } = await ec2.send(
            new DescribeInstancesCommand({ InstanceIds: [client.machine.instanceId] }),
          )
          const state = Reservations?.[0]?.Instances?.[0]?.State?.Name
          assert(state === 'shutting-down' || state === 'terminated', `${state}`)
          return state === 'terminated' ? true : undefined
        },
        patienceMs,
        0,
      )
      assert(!existsSync(netnsFile(netns)), `${netns} is still there`)
      assert.deepEqual(inside(), [])
      t.diagnostic(
        `terminated, with no process and no namespace left, after ${Math.round(performance.now() - from)} ms`,
      )
      const again = await aResident(playground, consumer, 'a', client.machine.privateIp, [world.openGroupId])
      assert.notEqual(again.machine.instanceId, client.machine.instanceId)
    })

    await t.test('the default VPC', async (t) => {
      const { Vpcs = [] } = await ec2.send(
        new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
      )
      assert.deepEqual(
        Vpcs.map(({ CidrBlock }) => CidrBlock),
        ['172.31.0.0/16'],
      )
      const defaultNetns = vpcNetnsOf(playground, Vpcs[0]?.VpcId ?? '')
      assert(!existsSync(netnsFile(defaultNetns)), 'it has a namespace without an instance')

      const { Instances } = await ec2.send(
        new RunInstancesCommand({ ImageId: 'ami-00000000000000000', MinCount: 1, MaxCount: 1 }),
      )
      const InstanceId = Instances?.[0]?.InstanceId ?? ''
      const stateIs = (wanted: string) =>
        until(
          `${InstanceId} to be ${wanted}`,
          async () => {
            const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }))
            return Reservations?.[0]?.Instances?.[0]?.State?.Name === wanted ? true : undefined
          },
          patienceMs,
        )
      await stateIs('running')
      assert(existsSync(netnsFile(defaultNetns)), 'it has an instance and no namespace')
      await ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }))
      await stateIs('terminated')
      await until(
        'the namespace of the empty default VPC to go',
        async () => (existsSync(netnsFile(defaultNetns)) ? undefined : true),
        patienceMs,
      )
      t.diagnostic('a namespace with its first instance, none before and none after')
    })
  },
)
