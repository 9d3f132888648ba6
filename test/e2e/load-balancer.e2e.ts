/**
 * A load balancer, as packets meet it: its security groups for clients of its VPC and behind endpoints, weighted groups,
 * stickiness, a target that is its own client, a load balancer behind another; and who loses a connection when.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LoadBalancer } from '../../src/resource/load-balancer.ts'
import type { SecurityGroupRule } from '../../src/resource/security-group.ts'
import { asRoot } from '../support/kernel-host.ts'
import { aLink, isDropped, passes, serve, silenceMs, untilCut } from '../support/kernel-link.ts'
import type { Resident } from '../support/session-resident.ts'

const everyone = { isEgress: true, ipProtocol: '-1', fromPort: -1, toPort: -1, cidrIpv4: '0.0.0.0/0' }
const endpointIp = '10.0.1.50'
const nodeIp = '10.0.1.5'
const refused = 'load-balancer-security-group'

test('security groups of a load balancer', asRoot, async (t) => {
  const link = await aLink(t, ({ world, provider, consumer }) => ({
    insider: world.instance(provider.subnets[0], '10.0.1.77', [world.group(provider.vpc, 'insiders', [everyone])]),
    neighbour: world.instance(consumer.subnet, '10.0.1.99', [consumer.clientSg]),
  }))
  const { world, provider, consumer, host, more } = link
  const [far, near] = [consumer.vpc.vpcId, provider.vpc.vpcId]
  const guard = (rules: readonly Partial<SecurityGroupRule>[], more: Partial<LoadBalancer> = {}) =>
    host.apply(() => {
      for (const { securityGroupRuleId, groupId } of world.snapshot().resources['security-group-rule'].values()) {
        if (groupId === world.group(provider.vpc, 'nlb', []).groupId)
          world.delete('security-group-rule', securityGroupRuleId)
      }
      const { groupId } = world.group(provider.vpc, 'nlb', rules)
      world.put('load-balancer', { ...provider.loadBalancer, securityGroupIds: [groupId], ...more })
      for (const { networkInterfaceId } of provider.loadBalancer.zones) {
        const eni = world.snapshot().resources['network-interface'].get(networkInterfaceId)
        if (eni) world.put('network-interface', { ...eni, groupIds: [groupId] })
      }
    })
  await guard([{ cidrIpv4: '0.0.0.0/0' }, everyone])
  await Promise.all(provider.targets.map((target) => serve(link, target)))
  const [client, other, inside] = await Promise.all([consumer.client, more.neighbour, more.insider].map(link.resident))
  assert.ok(client && other && inside)
  const through = () => client.ask(endpointIp, 80, silenceMs)
  await passes('the endpoint answers', through)
  await passes('the load balancer answers in its VPC', () => inside.ask(nodeIp, 80, silenceMs))

  await t.test("behind an endpoint the client's own address decides, in the consumer's VPC", async () => {
    await client.open('held', endpointIp, 80)
    const { failures } = await guard([{ fromPort: 80, toPort: 80, cidrIpv4: '10.0.1.99/32' }, everyone])
    assert.deepEqual(failures, [])
    await isDropped(link, far, refused, through)
    assert.ok((await other.ask(endpointIp, 80)).answer, 'the other client is let in')
    assert.equal((await client.say('held', 'old')).answer, 'old', 'who was let in stays')
    await isDropped(link, near, refused, () => inside.ask(nodeIp, 80, silenceMs))
  })
  await t.test('switched off, endpoints are not asked; clients of the VPC are', async () => {
    await guard([{ fromPort: 80, toPort: 80, cidrIpv4: '10.0.1.77/32' }, everyone], {
      enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off',
    })
    assert.ok((await through()).answer)
    assert.ok((await inside.ask(nodeIp, 80)).answer)
    await guard([everyone], { enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off' })
    await isDropped(link, near, refused, () => inside.ask(nodeIp, 80, silenceMs))
  })
  await t.test('a rule that names a group: for members in the VPC, for no consumer', async () => {
    const insiders = world.group(provider.vpc, 'insiders', [everyone])
    await guard([{ referencedGroupId: insiders.groupId }, everyone])
    await passes('the insider', () => inside.ask(nodeIp, 80))
    await isDropped(link, far, refused, through)
  })
  await t.test('without a way out no target is reached, nor found healthy', async () => {
    await guard([{ cidrIpv4: '0.0.0.0/0' }])
    await isDropped(link, near, refused, through)
    await link.untilTargets('unhealthy', 2)
    await guard([{ cidrIpv4: '0.0.0.0/0' }, { isEgress: true, fromPort: 8080, toPort: 8080, cidrIpv4: '10.0.0.0/16' }])
    await link.untilTargets('healthy', 2)
    assert.ok((await through()).answer)
  })
  await t.test(
    "targets that admit the load balancer's group admit what comes through it, and nothing else",
    async () => {
      await host.apply(() => {
        const behind = world.group(provider.vpc, 'behind', [
          { referencedGroupId: world.group(provider.vpc, 'nlb', []).groupId },
          everyone,
        ])
        for (const { networkInterfaceId } of provider.targets) {
          const eni = world.snapshot().resources['network-interface'].get(networkInterfaceId)
          if (eni) world.put('network-interface', { ...eni, groupIds: [behind.groupId] })
        }
      })
      assert.ok((await through()).answer)
      // The client keeps its address: instance targets over TCP.
      const seen = (await inside.ask(nodeIp, 80)).answer
      assert.match(seen?.target.remote ?? '', /^10\.0\.1\.77:/)
      await isDropped(link, near, 'security-group-ingress', () => inside.ask('10.0.1.10', 8080, silenceMs))
    },
  )
})

test('weights, stickiness, hairpin, a load balancer behind a load balancer', asRoot, async (t) => {
  const link = await aLink(t, ({ world, provider }) => {
    world.put('load-balancer', {
      ...provider.loadBalancer,
      attributes: { 'load_balancing.cross_zone.enabled': 'true' },
    })
    const third = world.instance(provider.subnets[0], '10.0.1.30', [provider.targetGroupSg])
    const second = world.targetGroup(provider.vpc, 'second', 8080)
    world.target(second, third, 3)
    return { second, third }
  })
  const { world, provider, consumer, host } = link
  const { second, third } = link.more
  await Promise.all([...provider.targets, third].map((target) => serve(link, target)))
  const client = await link.resident(consumer.client)
  await passes('the endpoint answers', () => client.ask(endpointIp, 80, silenceMs))

  /** A node finds its targets healthy one by one. */
  const everybodyAnswers = (port: number, names: readonly string[]) =>
    passes(`answers of ${names}`, async () => {
      const { answers, errors } = await client.askMany(endpointIp, port, 60, 8)
      assert.deepEqual(errors, {})
      const seen = Object.keys(answers).sort()
      return seen.join() === names.join() ? { answer: answers } : { error: seen.join() }
    })

  await t.test('weighted groups get their shares', async (t) => {
    const weigh = (a: number, b: number) =>
      host.put('listener', {
        ...provider.listener,
        weightedTargetGroups: [
          { targetGroupArn: provider.group.targetGroupArn, weight: a },
          { targetGroupArn: second.targetGroupArn, weight: b },
        ],
      })
    assert.deepEqual((await weigh(1, 3)).failures, [])
    await link.untilTargets('healthy', 3)
    const { answers, errors } = await client.askMany(endpointIp, 80, 400, 8)
    assert.deepEqual(errors, {})
    t.diagnostic(`weights 1 and 3, 400 connections: ${JSON.stringify(answers)}`)
    // Binomial(400, 3/4): 240 and 360 are more than six standard deviations away.
    const share = answers['10.0.1.30'] ?? 0
    assert.ok(share > 240 && share < 360, `${share}`)
    await weigh(5, 0)
    assert.equal((await client.askMany(endpointIp, 80, 50, 8)).answers['10.0.1.30'], undefined)
    await host.put('listener', provider.listener)
  })
  await t.test('sticky: one client, one target', async () => {
    await host.put('target-group', { ...provider.group, attributes: { 'stickiness.enabled': 'true' } })
    assert.equal(Object.keys((await client.askMany(endpointIp, 80, 60, 8)).answers).length, 1)
    await host.put('target-group', provider.group)
    await everybodyAnswers(80, ['10.0.1.10', '10.0.2.10'])
  })
  await t.test('a target reaches itself, whichever of all it is led to', async () => {
    const itself = await link.resident(provider.targets[0])
    const { answers, errors } = await itself.askMany(nodeIp, 80, 60, 8)
    assert.deepEqual(errors, {})
    assert.deepEqual(Object.keys(answers).sort(), ['10.0.1.10', '10.0.2.10'])
  })
  await t.test('a target of type alb is the address of another load balancer', async () => {
    await host.apply(() => {
      const front = world.loadBalancer('front', [{ subnet: provider.subnets[0], ip: '10.0.1.6' }])
      const group = world.targetGroup(provider.vpc, 'to-web', 80, {
        targetType: 'alb',
        healthCheck: { ...provider.group.healthCheck, intervalSeconds: 1, timeoutSeconds: 1 },
      })
      world.target(group, third, 9, { id: provider.loadBalancer.loadBalancerArn, ip: nodeIp })
      world.listener(front, group, 80)
      world.put('endpoint-service', { ...provider.service, networkLoadBalancerArns: [front.loadBalancerArn] })
    })
    await everybodyAnswers(80, ['10.0.1.10', '10.0.2.10'])
    await link.untilTargets('healthy', 4)
  })
  await t.test('client routing by zone: a client is told the address of its own zone', async () => {
    const inZoneB = await link.resident(provider.targets[1])
    const inZoneA = await link.resident(provider.targets[0])
    const ask = async (by: Resident) =>
      (await by.query({ server: '10.0.0.2', name: provider.loadBalancer.dnsName, transport: 'udp' })).answer?.addresses
    assert.deepEqual(await ask(inZoneA), ['10.0.1.5', '10.0.2.5'])
    await host.put('load-balancer', {
      ...provider.loadBalancer,
      attributes: { 'dns_record.client_routing_policy': 'availability_zone_affinity' },
    })
    assert.deepEqual([await ask(inZoneA), await ask(inZoneB)], [['10.0.1.5'], ['10.0.2.5']])
    const other = await client.query({ server: '10.0.0.2', name: provider.loadBalancer.dnsName, transport: 'tcp' })
    assert.deepEqual(other.answer?.addresses, ['10.0.1.5', '10.0.2.5'], 'in another VPC there is no zone to prefer')
  })
  assert.deepEqual((await host.status()).failures, [])
})

test('who loses a connection, and who keeps it', asRoot, async (t) => {
  const link = await aLink(t)
  const { world, provider, consumer, host } = link
  const [registration] = provider.registrations
  assert.ok(registration)
  const servers = await Promise.all(provider.targets.map((target) => serve(link, target)))
  const client = await link.resident(consumer.client)
  await link.untilTargets('healthy', 2)
  await passes('the endpoint answers', () => client.ask(endpointIp, 80, silenceMs))
  const terminate = 'target_health_state.unhealthy.connection_termination.enabled'
  const checkAt = (port: string, attributes = {}) =>
    host.put('target-group', {
      ...provider.group,
      attributes,
      healthCheck: { ...provider.group.healthCheck, intervalSeconds: 1, timeoutSeconds: 1, port },
    })

  await t.test('a target that turns unhealthy: reset, unless the group says otherwise', async () => {
    await client.open('spared', endpointIp, 80)
    await checkAt('9', { [terminate]: 'false' })
    await link.untilTargets('unhealthy', 2)
    assert.equal((await client.say('spared', 'on')).answer, 'on')
    await checkAt('9')
    assert.equal(await untilCut(client, 'spared'), 'ECONNRESET')
    await checkAt('traffic-port')
    await link.untilTargets('healthy', 2)
  })
  await t.test('or after an interval, for which the target is unhealthy.draining', async () => {
    await client.open('drained', endpointIp, 80)
    const drain = 'target_health_state.unhealthy.draining_interval_seconds'
    await Promise.all(servers.map((server, i) => server.serve(9000, `${i}`)))
    await checkAt('9000', { [terminate]: 'false', [drain]: '2' })
    await link.untilTargets('healthy', 2)
    await Promise.all(servers.map((server) => server.stop(9000)))
    await link.untilTargets('unhealthy.draining', 2)
    assert.equal((await client.say('drained', 'on')).answer, 'on')
    await link.untilTargets('unhealthy', 2)
    assert.equal(await untilCut(client, 'drained'), 'ECONNRESET')
    await checkAt('traffic-port')
    await link.untilTargets('healthy', 2)
  })
  await t.test('deregistered: kept while it drains and after, cut where the group asks for it', async () => {
    await client.open('kept', endpointIp, 80)
    await host.put('target', { ...registration, state: 'draining', drainingSince: new Date().toISOString() })
    await host.apply(() => world.delete('target', registration.targetKey))
    assert.equal((await client.say('kept', 'on')).answer, 'on')
    await host.put('target', registration)
    await link.untilTargets('healthy', 2)
    await host.put('target', { ...registration, state: 'draining', terminating: true })
    assert.equal(await untilCut(client, 'kept'), 'ECONNRESET')
    await host.put('target', registration)
    await link.untilTargets('healthy', 2)
  })
  await t.test('idle for longer than the listener allows: the late packet is answered with a reset', async () => {
    await host.put('listener', { ...provider.listener, attributes: { 'tcp.idle_timeout.seconds': '2' } })
    await client.open('idle', endpointIp, 80)
    for (let i = 0; i < 4; i++) {
      await sleep(700)
      assert.equal((await client.say('idle', 'busy')).answer, 'busy')
    }
    await sleep(4000)
    assert.equal((await client.say('idle', 'late')).error, 'ECONNRESET')
    await host.put('listener', provider.listener)
    await client.open('longer', endpointIp, 80)
    await sleep(4000)
    assert.equal((await client.say('longer', 'late')).answer, 'late')
  })
  assert.deepEqual((await host.status()).failures, [])
})
