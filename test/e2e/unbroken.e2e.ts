/**
 * Connections that need not end do not end: used every 50 ms while everything around them changes. What counts is that each
 * question got its answer, that nothing was refused which nobody wanted refused, and that nobody logged an error.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AuthorizeSecurityGroupIngressCommand,
  DeleteVpcEndpointsCommand,
  ModifyVpcEndpointServiceConfigurationCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeregisterTargetsCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Playground } from '../../src/cli/demo/playground.ts'
import {
  allow,
  createEndpoint,
  createGroup,
  runInstance,
  targetHealth,
  tcpFrom,
  until,
  untilAllHealthy,
  untilEndpointIs,
} from '../../src/cli/demo/scenario.ts'
import { aPlayground, kernelTest, killNow, logOf, untilSettled } from '../support/e2e-underpass.ts'
import { asRoot } from '../support/kernel-host.ts'
import { aLink, passes, serve } from '../support/kernel-link.ts'
import { Resident } from '../support/session-resident.ts'
import {
  anythingFrom,
  aWorld,
  cidr,
  interfaceAddresses,
  nodeAddresses,
  patienceMs,
  permit,
  servicePort,
  targetPort,
  untilApplied,
} from '../support/session-world.ts'

const everyMs = 50
/** Lines of level error or worse. */
const complaints = (log: string): string[] => log.split('\n').filter((line) => /"level":(50|60)/.test(line))

interface Held {
  readonly name: string
  readonly by: Resident
}

/** Each has been answered all the time, by one and the same. @returns the figures, in words */
async function unbroken(held: readonly Held[], since: string): Promise<string> {
  const words: string[] = []
  for (const { name, by } of held) {
    const { answered } = await by.pulsed(name)
    // Whoever is lost answers no more.
    await until(`${name} to go on after ${since}`, async () => {
      const now = await by.pulsed(name)
      assert.deepEqual(now.errors, {}, `${name}, ${since}`)
      return now.answered >= answered + 5 ? true : undefined
    })
    const { names, worstMs, answered: all } = await by.pulsed(name)
    assert.ok(names.length <= 1, `${name} changed its target, ${since}: ${names}`)
    words.push(`${name} ${all} answers, worst ${worstMs} ms`)
  }
  return words.join('; ')
}

kernelTest(
  'connections live through everything that the API changes around them, and through both processes',
  async (t) => {
    const playground = await aPlayground(t, 'unbroken')
    await playground.up()
    const world = await aWorld(playground, { acceptanceRequired: false })
    const { provider, consumer, service, targets, client, openGroupId } = world
    const { ec2, elbv2 } = provider.tenant
    const udpPort = servicePort + 1

    await allow(provider.tenant, service, consumer.tenant.accountId)
    const { TargetGroups } = await elbv2.send(
      new CreateTargetGroupCommand({
        Name: 'datagrams',
        Protocol: 'UDP',
        Port: targetPort + 1,
        VpcId: provider.vpcId,
        TargetType: 'instance',
        HealthCheckPort: `${targetPort}`,
      }),
    )
    const udpGroup = TargetGroups?.[0]?.TargetGroupArn ?? assert.fail('no target group')
    const udpGroupId = await createGroup(provider, 'datagrams', [
      tcpFrom(targetPort, cidr),
      { IpProtocol: 'udp', FromPort: targetPort + 1, ToPort: targetPort + 1, IpRanges: [{ CidrIp: cidr }] },
    ])
    const third = await Resident.in(playground, await runInstance(provider, 'a', '10.0.1.11', [udpGroupId]))
    await third.serveUdp(targetPort + 1, 'third')
    await third.serve(targetPort, 'third')
    await elbv2.send(
      new RegisterTargetsCommand({ TargetGroupArn: udpGroup, Targets: [{ Id: third.machine.instanceId }] }),
    )
    await elbv2.send(
      new CreateListenerCommand({
        LoadBalancerArn: service.loadBalancerArn,
        Protocol: 'UDP',
        Port: udpPort,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: udpGroup }],
      }),
    )
    const created = await createEndpoint(consumer, service, 'ab', [openGroupId])
    const endpoint = await untilEndpointIs(consumer.tenant, created.VpcEndpointId, 'available')
    await untilAllHealthy(provider.tenant, service, patienceMs)
    await untilApplied(playground)
    const ip = (await interfaceAddresses(consumer, endpoint)).a ?? ''
    const node = (await nodeAddresses(provider)).a ?? ''

    const insider = await Resident.in(playground, await runInstance(provider, 'a', '10.0.1.77', [udpGroupId]))
    await passes('the endpoint', () => client.ask(ip, servicePort))
    await passes('its UDP listener', () => client.askUdp(ip, udpPort, 500))
    await client.open('tcp', ip, servicePort)
    await client.openUdp('udp', ip, udpPort)
    await insider.open('in the VPC', node, servicePort)
    const held: readonly Held[] = [
      { name: 'tcp', by: client },
      { name: 'udp', by: client },
      { name: 'in the VPC', by: insider },
    ]
    for (const { name, by } of held) await by.pulse(name, everyMs)
    const dropsBefore = (await playground.status()).agent?.drops ?? []

    const step = async (what: string, change: () => Promise<unknown>): Promise<void> => {
      await t.test(what, async (t) => {
        await change()
        await untilApplied(playground)
        t.diagnostic(await unbroken(held, what))
      })
    }

    await step('a rule of a security group comes and goes', async () => {
      await permit(consumer, openGroupId, tcpFrom(9999, '10.9.0.0/16'))
      const rule = { GroupId: openGroupId, IpPermissions: [tcpFrom(9999, '10.9.0.0/16')] }
      await consumer.tenant.ec2.send(new RevokeSecurityGroupIngressCommand(rule))
      await ec2.send(
        new AuthorizeSecurityGroupIngressCommand({ GroupId: udpGroupId, IpPermissions: [tcpFrom(1, cidr)] }),
      )
    })
    await step('the very rule that let them in goes: who is in stays', async () => {
      const rule = { GroupId: openGroupId, IpPermissions: [anythingFrom(cidr)] }
      await consumer.tenant.ec2.send(new RevokeSecurityGroupIngressCommand(rule))
      await untilApplied(playground)
      await consumer.tenant.ec2.send(new AuthorizeSecurityGroupIngressCommand(rule))
    })
    await step('another endpoint comes and goes', async () => {
      const other = await createEndpoint(consumer, service, 'b', [openGroupId])
      await untilEndpointIs(consumer.tenant, other.VpcEndpointId, 'available')
      await consumer.tenant.ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [other.VpcEndpointId ?? ''] }))
    })
    await step('a target comes and goes', async () => {
      const Targets = [{ Id: third.machine.instanceId }]
      await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: service.targetGroupArn, Targets }))
      await untilAllHealthy(provider.tenant, service, patienceMs)
      await elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn: service.targetGroupArn, Targets }))
    })
    await step('their own target is deregistered, and drains', async () => {
      const Targets = [{ Id: targets[0].machine.instanceId }]
      await elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn: service.targetGroupArn, Targets }))
      await untilApplied(playground)
      await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: service.targetGroupArn, Targets }))
      const id = targets[0].machine.instanceId
      await until('it to be healthy again', async () =>
        (await targetHealth(provider.tenant, service)).get(id) === 'healthy' ? true : undefined,
      )
    })
    await step('another listener comes, changes its group, and goes', async () => {
      const { TargetGroups: made } = await elbv2.send(
        new CreateTargetGroupCommand({
          Name: 'other',
          Protocol: 'TCP',
          Port: targetPort,
          VpcId: provider.vpcId,
          TargetType: 'instance',
        }),
      )
      const forward = (arn: string | undefined) => [{ Type: 'forward' as const, TargetGroupArn: arn }]
      const { Listeners } = await elbv2.send(
        new CreateListenerCommand({
          LoadBalancerArn: service.loadBalancerArn,
          Protocol: 'TCP',
          Port: 4000,
          DefaultActions: forward(service.targetGroupArn),
        }),
      )
      const ListenerArn = Listeners?.[0]?.ListenerArn
      await elbv2.send(new ModifyListenerCommand({ ListenerArn, DefaultActions: forward(made?.[0]?.TargetGroupArn) }))
      await untilApplied(playground)
      await elbv2.send(new DeleteListenerCommand({ ListenerArn }))
    })
    await step('cross-zone balancing is switched on and off', async () => {
      for (const Value of ['true', 'false']) {
        await elbv2.send(
          new ModifyLoadBalancerAttributesCommand({
            LoadBalancerArn: service.loadBalancerArn,
            Attributes: [{ Key: 'load_balancing.cross_zone.enabled', Value }],
          }),
        )
        await untilApplied(playground)
      }
    })
    await step('a second load balancer is attached to the service', async () => {
      const { LoadBalancers } = await elbv2.send(
        new CreateLoadBalancerCommand({
          Name: 'second',
          Type: 'network',
          Scheme: 'internal',
          Subnets: Object.values(provider.subnetIds),
        }),
      )
      const arn = LoadBalancers?.[0]?.LoadBalancerArn ?? ''
      const { TargetGroups: made } = await elbv2.send(
        new CreateTargetGroupCommand({
          Name: 'second',
          Protocol: 'TCP',
          Port: targetPort,
          VpcId: provider.vpcId,
          TargetType: 'instance',
        }),
      )
      const TargetGroupArn = made?.[0]?.TargetGroupArn
      await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: targets[0].machine.instanceId }] }))
      await elbv2.send(
        new CreateListenerCommand({
          LoadBalancerArn: arn,
          Protocol: 'TCP',
          Port: servicePort,
          DefaultActions: [{ Type: 'forward', TargetGroupArn }],
        }),
      )
      await ec2.send(
        new ModifyVpcEndpointServiceConfigurationCommand({
          ServiceId: service.serviceId,
          AddNetworkLoadBalancerArns: [arn],
        }),
      )
    })
    await step('the agent is killed and comes back', () => killed(playground, 'agent'))
    await step('control is killed and comes back', () => killed(playground, 'control'))
    await step('both are killed and come back', () => killed(playground, 'control', 'agent'))

    await t.test('nothing was refused, nothing was logged', async () => {
      const { agent, problems } = await playground.status()
      assert.deepEqual(problems, [])
      assert.deepEqual(
        agent?.drops.filter(({ vpcId, reason, packets }) => {
          const before = dropsBefore.find((each) => each.vpcId === vpcId && each.reason === reason)
          return packets > (before?.packets ?? 0)
        }),
        [],
      )
      for (const process of ['agent', 'control'] as const)
        assert.deepEqual(complaints(logOf(playground, process)), [], process)
    })
  },
)

async function killed(playground: Playground, ...names: ('control' | 'agent')[]): Promise<void> {
  await killNow(playground, ...names)
  await playground.up()
  await untilSettled(playground)
}

test('a load balancer is swapped for another, zones come and go', asRoot, async (t) => {
  const link = await aLink(t)
  const { world, provider, consumer, host } = link
  await Promise.all(provider.targets.map((target) => serve(link, target)))
  await link.untilTargets('healthy', 2)
  const client = await link.resident(consumer.client)
  await passes('the endpoint', () => client.ask('10.0.1.50', 80))
  await client.open('old', '10.0.1.50', 80)
  await client.pulse('old', everyMs)
  const held: Held[] = [{ name: 'old', by: client }]
  const step = (what: string, change: () => void): Promise<void> =>
    t.test(what, async (t) => {
      const { failures } = await host.apply(change)
      assert.deepEqual(failures, [])
      t.diagnostic(await unbroken(held, what))
    })

  const oldArn = provider.loadBalancer.loadBalancerArn
  let newArn = ''
  await step('another load balancer, in front of the same targets', () => {
    const loadBalancer = world.loadBalancer('other', [
      { subnet: provider.subnets[0], ip: '10.0.1.6' },
      { subnet: provider.subnets[1], ip: '10.0.2.6' },
    ])
    newArn = loadBalancer.loadBalancerArn
    const group = world.targetGroup(provider.vpc, 'other', 8080)
    for (const [i, target] of provider.targets.entries()) world.target(group, target, 20 + i)
    world.listener(loadBalancer, group, 80)
  })
  await step('the service has both', () => {
    world.put('endpoint-service', { ...provider.service, networkLoadBalancerArns: [oldArn, newArn] })
  })
  await step('the old one is released', () => {
    world.put('endpoint-service', { ...provider.service, networkLoadBalancerArns: [newArn] })
  })
  await client.open('new', '10.0.1.50', 80)
  await client.pulse('new', everyMs)
  held.push({ name: 'new', by: client })
  await step('the other zone leaves both load balancers', () => {
    for (const arn of [oldArn, newArn]) {
      const loadBalancer = world.snapshot().resources['load-balancer'].get(arn)
      const [first] = loadBalancer?.zones ?? []
      if (loadBalancer && first) world.put('load-balancer', { ...loadBalancer, zones: [first] })
    }
  })
  await step('and comes back', () => {
    const loadBalancer = world.snapshot().resources['load-balancer'].get(newArn)
    const zone = provider.loadBalancer.zones[1]
    if (loadBalancer && zone) world.put('load-balancer', { ...loadBalancer, zones: [...loadBalancer.zones, zone] })
  })
  await step('a network ACL that lets it all through as it is', () => {
    world.acl(consumer.vpc, 'strict', [{ protocol: '6' }, { egress: true, protocol: '6' }], [consumer.subnet])
    world.acl(provider.vpc, 'strict', [{ protocol: '6' }, { egress: true, protocol: '6' }], provider.subnets)
  })
  assert.deepEqual(complaints(host.log()), [])
})
