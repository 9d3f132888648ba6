/**
 * What a crash costs: no connection, nothing that was answered, and no write to the kernel when nothing had changed.
 */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  DeleteSubnetCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  RejectVpcEndpointConnectionsCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { finished, type Playground } from '../../src/cli/demo/playground.ts'
import {
  createEndpoint,
  createNetwork,
  createOrganization,
  createTenant,
  describeEndpoint,
  endpointAddresses,
  runInstance,
  stateOf,
  until,
  untilEndpointIs,
} from '../../src/cli/demo/scenario.ts'
import { fabricNetns, instanceNetns } from '../../src/plan/names.ts'
import { aLink, cidr, connect } from '../support/e2e-link.ts'
import {
  aPlayground,
  hold,
  kernelTest,
  killNow,
  namespacesOf,
  pidOf,
  SteadyLoad,
  untilAnswered,
  untilSettled,
} from '../support/e2e-underpass.ts'

async function aRunningUnderpass(t: Parameters<typeof aPlayground>[0], purpose: string): Promise<Playground> {
  const playground = await aPlayground(t, purpose)
  await playground.up()
  await createOrganization(playground.caller())
  return playground
}

kernelTest(
  '5,000 new connections and an old one through the death of both processes; no write on return',
  async (t) => {
    const playground = await aRunningUnderpass(t, 'survival')
    const { provider, consumer, endpoint } = await aLink(playground)
    const [perSecond, count] = [250, 5_000]
    const seconds = count / perSecond

    const held = hold(playground, consumer.client, { url: endpoint.url, everyMs: 50, seconds: seconds + 2 })
    const load = new SteadyLoad(playground, consumer.client, {
      urls: [endpoint.url],
      perSecond,
      count,
      timeoutMs: 20_000,
    })
    const untilEnded = (n: number) =>
      until(`${n} attempts`, async () => (load.attempts.length >= n ? true : undefined), 120_000)
    await untilEnded(perSecond)
    await killNow(playground)
    const diedAt = Date.now()
    await untilEnded(count * 0.7)
    const returnedAt = Date.now()
    await playground.up()
    const upMs = Date.now() - returnedAt
    const { agent, state } = await playground.status()
    await load.ended

    const whileDead = load.attempts.filter(({ at }) => at > diedAt && at < returnedAt).length
    const worstMs = Math.max(...load.attempts.map(({ ms }) => ms))
    t.diagnostic(
      `${load.attempts.length} new connections at ${perSecond}/s, ${whileDead} of them begun with both processes dead: ` +
        `${load.failed.length} failed, the slowest took ${worstMs} ms`,
    )
    assert.deepEqual(load.failed.slice(0, 5), [])
    assert.equal(load.attempts.length, count)
    assert(whileDead > count / 4, `only ${whileDead} connections were begun while both were dead`)

    const { answers, errors, localPorts, worstMs: worstHeldMs } = await held
    t.diagnostic(
      `one connection held for ${seconds + 2} s, through death and return: ${answers} questions answered on local port ` +
        `${localPorts}, the slowest in ${worstHeldMs} ms`,
    )
    assert.deepEqual(errors, [])
    assert.equal(localPorts.length, 1, 'the connection was lost and made anew')

    t.diagnostic(`up again after ${upMs} ms: ${agent?.kernelWrites} kernel writes`)
    assert.equal(agent?.kernelWrites, 0)
    assert.equal(state, 'running')
    const { sighting } = await playground.ask(consumer.client, endpoint.url)
    assert.equal(sighting?.name, provider.name)
  },
)

kernelTest('whatever was answered before a kill -9 is there afterwards', async (t) => {
  const playground = await aRunningUnderpass(t, 'durable')
  const tenant = await createTenant(playground.caller(), 'writer')
  const { vpcId } = await createNetwork(tenant, '', cidr)
  const { endpoint, region, credentials } = tenant.caller
  const group = {
    subnets: new Map<string, string | undefined>(),
    groups: new Set<string>(),
    deleted: new Set<string>(),
  }
  let next = 0

  for (const round of [1, 2, 3]) {
    // Without retries: an answer is an answer, and everything else is not.
    const ec2 = new EC2Client({ endpoint, region, credentials, maxAttempts: 1 })
    let answered = 0
    let isOver = false
    const writer = async (): Promise<void> => {
      while (!isOver) {
        const n = next++
        const CidrBlock = `10.0.${n >> 4}.${(n & 15) << 4}/28`
        const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock }))
        const subnetId = Subnet?.SubnetId ?? assert.fail('an answer without SubnetId')
        group.subnets.set(subnetId, undefined)
        answered++
        if (n % 3 === 0) {
          await ec2.send(new DeleteSubnetCommand({ SubnetId: subnetId })).then(
            () => {
              group.subnets.delete(subnetId)
              group.deleted.add(subnetId)
            },
            (error) => {
              // Not answered: either is right.
              group.subnets.delete(subnetId)
              throw error
            },
          )
        } else if (n % 3 === 1) {
          await ec2.send(new CreateTagsCommand({ Resources: [subnetId], Tags: [{ Key: 'n', Value: `${n}` }] }))
          group.subnets.set(subnetId, `${n}`)
        } else {
          const { GroupId } = await ec2.send(
            new CreateSecurityGroupCommand({ GroupName: `g${n}`, Description: 'g', VpcId: vpcId }),
          )
          group.groups.add(GroupId ?? assert.fail('an answer without GroupId'))
        }
        answered++
      }
    }
    const writers = Array.from({ length: 16 }, () => writer().catch((error: Error) => error))
    await until('writes to be answered', async () => (answered >= 40 * round ? true : undefined), 60_000, 1)
    await killNow(playground)
    isOver = true
    const broken = (await Promise.all(writers)).filter((ending) => ending instanceof Error)
    assert(broken.length > 0, 'the crash came between the writes, not into them')
    await playground.up()

    const { Subnets } = await tenant.ec2.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
    )
    const found = new Map(
      (Subnets ?? []).map(({ SubnetId, Tags }) => [SubnetId, Tags?.find(({ Key }) => Key === 'n')?.Value]),
    )
    const { SecurityGroups } = await tenant.ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
    )
    const foundGroups = new Set((SecurityGroups ?? []).map(({ GroupId }) => GroupId))
    const lost = [
      ...[...group.subnets].filter(([id, tag]) => !found.has(id) || (tag !== undefined && found.get(id) !== tag)),
      ...[...group.groups].filter((id) => !foundGroups.has(id)),
      ...[...group.deleted].filter((id) => found.has(id)),
    ]
    t.diagnostic(
      `round ${round}: ${answered} writes answered, ${broken.length} of 16 writers cut off in the middle of one; ` +
        `${group.subnets.size} subnets, ${group.groups.size} groups and ${group.deleted.size} deletions looked for, ${lost.length} lost`,
    )
    assert.deepEqual(lost, [])
  }
})

kernelTest('an agent killed in the middle of 20 instances and endpoints: the next one finishes the work', async (t) => {
  const playground = await aRunningUnderpass(t, 'half')
  const { provider, consumer, service, endpoint } = await aLink(playground)
  const { ec2 } = consumer.tenant
  const endpointIds: string[] = []
  const instanceIds: string[] = []
  const perBurst = 5
  const moments = [
    { namespaces: 1, afterMs: 0 },
    { namespaces: 3, afterMs: 0 },
    { namespaces: perBurst, afterMs: 0 },
    { namespaces: perBurst, afterMs: 30 },
  ]
  for (const { namespaces, afterMs } of moments) {
    const before = namespacesOf(playground.home.name).length
    const agentPid = pidOf(playground, 'agent')
    const making = Promise.all([
      ec2.send(
        new RunInstancesCommand({
          ImageId: 'ami-00000000000000000',
          MinCount: perBurst,
          MaxCount: perBurst,
          SubnetId: consumer.network.subnetIds.a,
          SecurityGroupIds: [consumer.groupId],
        }),
      ),
      ...Array.from({ length: perBurst }, () => createEndpoint(consumer.network, service, 'a', [consumer.groupId])),
    ])
    const isThere = async () => (namespacesOf(playground.home.name).length >= before + namespaces ? true : undefined)
    await until('the agent to be at work', isThere, 20_000, 1)
    await sleep(afterMs)
    process.kill(agentPid, 'SIGKILL')
    const [run, ...endpoints] = await making
    instanceIds.push(...(run.Instances ?? []).map(({ InstanceId }) => InstanceId ?? ''))
    endpointIds.push(...endpoints.map(({ VpcEndpointId }) => VpcEndpointId ?? ''))
    const there = namespacesOf(playground.home.name).length - before
    await playground.up()
    const { agent } = await untilSettled(playground)
    t.diagnostic(
      `killed with ${there} of ${perBurst} namespaces made${afterMs > 0 ? ` and ${afterMs} ms more` : ''}; ` +
        `the next agent wrote ${agent?.kernelWrites} times`,
    )
  }
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: instanceIds }))
  const instances = (Reservations ?? []).flatMap((reservation) => reservation.Instances ?? [])
  assert.deepEqual(new Set(instances.map(({ State }) => State?.Name)), new Set(['running']))
  const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: endpointIds }))
  assert.deepEqual(new Set(VpcEndpoints.map(stateOf)), new Set(['available']))

  for (const [i, each] of VpcEndpoints.entries()) {
    const { InstanceId: instanceId = '', PrivateIpAddress: privateIp = '' } = instances[i] ?? {}
    const [address] = await endpointAddresses(consumer.tenant, each)
    const { sighting, error } = await playground.ask({ instanceId, privateIp }, `http://${address}/`)
    assert.equal(sighting?.name, provider.name, `${instanceId} through ${address}: ${error}`)
  }
  await untilAnswered(playground, consumer.client, endpoint.url)
  t.diagnostic(
    `${moments.length} kills, ${instances.length} instances and ${VpcEndpoints.length} endpoints: each reaches the service through its own`,
  )

  await playground.crash()
  await playground.up()
  assert.equal((await playground.status()).agent?.kernelWrites, 0, 'something was left half-built')
})

kernelTest('what changed while the agent was dead is so after its return', async (t) => {
  const playground = await aRunningUnderpass(t, 'changed')
  const { provider, consumer, service, endpoint } = await aLink(playground)
  const other = await connect(consumer, provider, service)
  const doomed = await runInstance(consumer.network, 'a', '10.0.1.30', [consumer.groupId])
  await playground.crash('agent')

  await provider.tenant.ec2.send(
    new RejectVpcEndpointConnectionsCommand({ ServiceId: service.serviceId, VpcEndpointIds: [endpoint.vpcEndpointId] }),
  )
  await consumer.tenant.ec2.send(new TerminateInstancesCommand({ InstanceIds: [doomed.instanceId] }))
  const created = await createEndpoint(consumer.network, service, 'a', [consumer.groupId])
  const [address] = await endpointAddresses(consumer.tenant, created)
  assert.notEqual(stateOf(await describeEndpoint(consumer.tenant, created.VpcEndpointId)), 'available')
  const early = await playground.ask(consumer.client, `http://${address}/`, 500)
  assert(early.error, 'a connection passed through an endpoint that no agent has seen')
  const passing = await playground.ask(consumer.client, endpoint.url)
  t.diagnostic(
    `agent dead, rejected by the provider: ${passing.sighting ? 'still passes, for nobody is there to tell the kernel' : passing.error}`,
  )

  await playground.up()
  const refused = await playground.ask(consumer.client, endpoint.url, 1000)
  assert(refused.error, 'a connection passed after the rejection')
  t.diagnostic(`agent back: a connection to the rejected endpoint: ${refused.error}`)
  assert.equal((await playground.ask(consumer.client, other.url)).sighting?.name, provider.name)
  await untilEndpointIs(consumer.tenant, created.VpcEndpointId, 'available')
  assert.equal((await playground.ask(consumer.client, `http://${address}/`)).sighting?.name, provider.name)
  assert(!namespacesOf(playground.home.name).includes(instanceNetns(playground.home.name, doomed.instanceId)))
})

kernelTest('leftovers of a crash under the same name: adopted with the state, cleaned without it', async (t) => {
  const playground = await aRunningUnderpass(t, 'leftover')
  const { provider, consumer, endpoint } = await aLink(playground)
  await playground.crash()
  const left = namespacesOf(playground.home.name)
  assert(left.length >= 6, `${left}`)
  // The very `up` that comes next is killed too, at different moments.
  for (const afterMs of [150, 400, 700, 1000]) {
    const up = playground.command('up', '--port', String(playground.port))
    const ended = finished(up)
    await sleep(afterMs)
    up.kill('SIGKILL')
    const { code } = await ended
    t.diagnostic(`up killed after ${afterMs} ms ${code === null ? '' : '(it was through already)'}`)
    if (afterMs < 1000) await playground.crash()
  }
  await playground.up()
  assert.equal((await playground.ask(consumer.client, endpoint.url)).sighting?.name, provider.name)
  assert.deepEqual(namespacesOf(playground.home.name), left)

  // The state is lost (another, empty directory): nobody wants what hangs in the kernel under that name.
  await playground.crash()
  const heir = await aPlayground(t, 'leftover', { name: playground.home.name })
  await heir.up()
  await until('the leftovers to be gone', async () => (namespacesOf(heir.home.name).length === 1 ? true : undefined))
  assert.deepEqual(namespacesOf(heir.home.name), [fabricNetns(heir.home.name)])
  t.diagnostic(`${left.length - 1} namespaces of the lost state removed, the fabric adopted`)
  await createOrganization(heir.caller())
  const again = await aLink(heir)
  assert.equal((await heir.ask(again.consumer.client, again.endpoint.url)).sighting?.name, 'provider')
  // Before the older one, who would find the namespaces of its name still in use.
  await heir.remove()
})
