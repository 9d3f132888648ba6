/** What packets meet at a load balancer: its security groups, weights, attributes of its groups; traced, not read. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aWorld } from '../../test/support/world.ts'
import type { LoadBalancer } from '../resource/load-balancer.ts'
import type { SecurityGroupRule } from '../resource/security-group.ts'
import { compileProgram } from './compile.ts'
import { idleTimeout, set, vpcNetns } from './names.ts'
import type { HealthState, HealthView, KernelObject, Program } from './program.ts'
import { healthCheckKey } from './target-group.ts'

const settings = { name: 't' }
const everyone = { isEgress: true, ipProtocol: '-1', fromPort: -1, toPort: -1, cidrIpv4: '0.0.0.0/0' }
const objectsOf = (program: Program): KernelObject[] => [...program.fragments.values()].flat()
const chainsOf = (program: Program, netns: string): Map<string, readonly string[]> =>
  new Map(objectsOf(program).flatMap((o) => (o.kind === 'nft-chain' && o.netns === netns ? [[o.name, o.rules]] : [])))
const elementsOf = (program: Program, netns: string, name: string): string[] =>
  objectsOf(program).flatMap((o) =>
    o.kind === 'nft-element' && o.netns === netns && o.set === name
      ? [o.value === undefined ? o.element : `${o.element} : ${o.value}`]
      : [],
  )

/** A world whose load balancer has security groups with these rules; egress everywhere unless given. */
function aGuardedWorld(rules: readonly Partial<SecurityGroupRule>[], more: Partial<LoadBalancer> = {}) {
  const parts = aWorld()
  const { world, provider } = parts
  const group = world.group(provider.vpc, 'nlb', rules)
  world.put('load-balancer', { ...provider.loadBalancer, securityGroupIds: [group.groupId], ...more })
  for (const { networkInterfaceId } of provider.loadBalancer.zones) {
    const eni = world.snapshot().resources['network-interface'].get(networkInterfaceId)
    if (eni) world.put('network-interface', { ...eni, groupIds: [group.groupId] })
  }
  return { ...parts, group }
}

test('enforced, a consumer meets the groups of the endpoint and then those of the load balancer, in its own VPC', () => {
  const { world, consumer } = aGuardedWorld([{ fromPort: 80, toPort: 80, cidrIpv4: '10.0.1.0/24' }, everyone])
  const chains = chainsOf(compileProgram(world.snapshot(), new Map(), settings), vpcNetns('t', consumer.vpc.vpcId))
  const [away = '', awayRules] = [...chains].find(([name]) => name.startsWith('nlb-away-')) ?? []
  assert.deepEqual(awayRules, [
    'meta l4proto tcp ct original proto-dst 80 ip saddr 10.0.1.0/24 accept',
    'counter name drop-load-balancer-security-group drop',
  ])
  const forEndpoint = [...chains.values()].find((rules) => rules[0]?.endsWith(`goto ${away}`))
  assert.equal(forEndpoint?.at(-1), 'counter name drop-security-group-ingress drop')
})

test('not enforced, the groups of a load balancer are not in the consumer at all', () => {
  const more = { enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off' } as const
  const { world, consumer } = aGuardedWorld([everyone], more)
  const chains = chainsOf(compileProgram(world.snapshot(), new Map(), settings), vpcNetns('t', consumer.vpc.vpcId))
  assert.deepEqual(
    [...chains.keys()].filter((name) => name.startsWith('nlb-')),
    [],
  )
})

test("a rule of the load balancer's that names a group lets no consumer in", () => {
  const { world, provider, consumer } = aWorld()
  const clients = world.group(provider.vpc, 'clients', [])
  const group = world.group(provider.vpc, 'nlb', [{ referencedGroupId: clients.groupId }, everyone])
  world.put('load-balancer', { ...provider.loadBalancer, securityGroupIds: [group.groupId] })
  const chains = chainsOf(compileProgram(world.snapshot(), new Map(), settings), vpcNetns('t', consumer.vpc.vpcId))
  const away = [...chains].find(([name]) => name.startsWith('nlb-away-'))
  assert.deepEqual(away?.[1], ['counter name drop-load-balancer-security-group drop'])
})

test('a VPC without such a load balancer has no rule for it', () => {
  const { world, provider } = aWorld()
  const chains = chainsOf(compileProgram(world.snapshot(), new Map(), settings), vpcNetns('t', provider.vpc.vpcId))
  assert.ok(!(chains.get('admit-inbound') ?? []).some((rule) => rule.includes(set.nodeIngress)))
  assert.ok(!chains.has('acl-sent') && !chains.has('acl-received'))
})

test('outbound rules that exclude a target cost it its share of the connections and its health check', () => {
  const { world, provider } = aGuardedWorld([{ isEgress: true, fromPort: 8080, toPort: 8080, cidrIpv4: '10.0.1.0/24' }])
  const program = compileProgram(world.snapshot(), new Map(), settings)
  const netns = vpcNetns('t', provider.vpc.vpcId)
  const listeners = [...chainsOf(program, netns)]
    .filter(([name]) => name.startsWith('lsn-'))
    .map(([, rules]) => rules[0])
  assert.deepEqual(listeners.sort(), ['iifname "fab*" ct mark set 0x1', 'meta l4proto tcp goto refuse-node'])
  assert.deepEqual(
    elementsOf(program, netns, set.healthTargets).map((each) => each.split(' : ')[1]),
    ['10.0.1.10 . 8080'],
  )
})

test("a target whose groups name the load balancer's admits what comes through it, the client's address kept or not", () => {
  const { world, provider, group } = aGuardedWorld([{ cidrIpv4: '0.0.0.0/0' }, everyone])
  const targets = world.group(provider.vpc, 'behind', [{ referencedGroupId: group.groupId }])
  for (const target of provider.targets) {
    const eni = world.snapshot().resources['network-interface'].get(target.networkInterfaceId)
    if (eni) world.put('network-interface', { ...eni, groupIds: [targets.groupId] })
  }
  const netns = vpcNetns('t', provider.vpc.vpcId)
  const chains = chainsOf(compileProgram(world.snapshot(), new Map(), settings), netns)
  const listener = [...chains].find(([name]) => name.startsWith('lsn-'))
  assert.deepEqual(listener?.[1].slice(0, 2), ['iifname "fab*" ct mark set 0x1', 'iifname != "fab*" ct mark set 0x2'])
})

/** A second group of the same listener, with a target of its own in zone a. */
function aWeightedWorld(weights: readonly [number, number]) {
  const parts = aWorld()
  const { world, provider } = parts
  const second = world.targetGroup(provider.vpc, 'second', 8080)
  const target = world.target(second, world.instance(provider.subnets[0], '10.0.1.30', [provider.targetGroupSg]), 3)
  world.put('listener', {
    ...provider.listener,
    weightedTargetGroups: [
      { targetGroupArn: provider.group.targetGroupArn, weight: weights[0] },
      { targetGroupArn: second.targetGroupArn, weight: weights[1] },
    ],
  })
  const node = world
    .snapshot()
    .resources['network-interface'].get(provider.loadBalancer.zones[0]?.networkInterfaceId ?? '')
  const rulesAt = (health: HealthView): readonly string[] => {
    const chains = chainsOf(compileProgram(world.snapshot(), health, settings), vpcNetns('t', provider.vpc.vpcId))
    const name = [...chains.keys()].find((each) => each === `lsn-${node?.networkInterfaceId.slice(4)}-tcp-80`)
    return chains.get(name ?? '') ?? []
  }
  const healthy = (...registrations: readonly { targetKey: string }[]): HealthView =>
    new Map(
      registrations.map((each) => [node ? healthCheckKey(node, each as typeof target) : '', 'healthy' as HealthState]),
    )
  return { ...parts, second, target, rulesAt, healthy }
}

test('weighted groups share new connections by a hash over the sum of the weights', () => {
  const { rulesAt } = aWeightedWorld([70, 30])
  assert.match(rulesAt(new Map())[0] ?? '', /mod 100 seed \S+ vmap \{ 0-69 : goto lsn-\S+, 70-99 : goto lsn-\S+ \}$/)
})

test('a group of weight 0 gets nothing, and one with nothing healthy gives its weight to the others', () => {
  assert.match(aWeightedWorld([0, 30]).rulesAt(new Map()).at(-1) ?? '', /dnat ip to 10\.0\.1\.30:8080$/)
  const { rulesAt, healthy, provider, target } = aWeightedWorld([70, 30])
  const [a] = provider.registrations
  assert.ok(a)
  assert.match(rulesAt(healthy(a)).at(-1) ?? '', /dnat ip to 10\.0\.1\.10:8080$/)
  assert.match(rulesAt(healthy(target)).at(-1) ?? '', /dnat ip to 10\.0\.1\.30:8080$/)
  assert.match(rulesAt(healthy(a, target)).at(-1) ?? '', /mod 100 /)
})

for (const { attributes, healthy, chosen } of [
  { attributes: {}, healthy: 1, chosen: 1 },
  { attributes: { count: '2' }, healthy: 1, chosen: 3 },
  { attributes: { count: '2' }, healthy: 2, chosen: 2 },
  { attributes: { percentage: '50' }, healthy: 1, chosen: 3 },
  { attributes: { percentage: '50' }, healthy: 2, chosen: 2 },
  { attributes: {}, healthy: 0, chosen: 3 },
] as const) {
  test(`routing failover at ${JSON.stringify(attributes)}: of three targets ${healthy} healthy, ${chosen} get connections`, () => {
    const { world, provider } = aWorld()
    const prefix = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets'
    const group = world.put('target-group', {
      ...provider.group,
      attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [`${prefix}.${key}`, value])),
    })
    const more = ['10.0.1.31', '10.0.1.32'].map((ip, i) =>
      world.target(group, world.instance(provider.subnets[0], ip, [provider.targetGroupSg]), 10 + i),
    )
    const inZone = [provider.registrations[0], ...more]
    const node = world
      .snapshot()
      .resources['network-interface'].get(provider.loadBalancer.zones[0]?.networkInterfaceId ?? '')
    const health: HealthView = new Map(
      inZone.flatMap((target, i) =>
        node && target ? [[healthCheckKey(node, target), i < healthy ? 'healthy' : 'unhealthy'] as const] : [],
      ),
    )
    const chains = chainsOf(compileProgram(world.snapshot(), health, settings), vpcNetns('t', provider.vpc.vpcId))
    const [dnat] = (chains.get(`lsn-${node?.networkInterfaceId.slice(4)}-tcp-80`) ?? []).slice(-1)
    assert.equal(Number(/mod (\d+)/.exec(dnat ?? '')?.[1] ?? 1), chosen)
  })
}

test('sticky, the source address alone decides', () => {
  const { world, provider } = aWorld()
  world.put('target-group', {
    ...provider.group,
    attributes: { 'stickiness.enabled': 'true', 'load_balancing.cross_zone.enabled': 'true' },
  })
  const chains = chainsOf(compileProgram(world.snapshot(), new Map(), settings), vpcNetns('t', provider.vpc.vpcId))
  for (const [name, rules] of chains) {
    if (name.startsWith('lsn-'))
      assert.match(rules.at(-1) ?? '', /dnat ip to jhash ip saddr mod 2 seed 0x[0-9a-f]{8} map/)
  }
})

test('an unhealthy target loses its connections unless the group lets them be; one at the end of its delay does', () => {
  const { world, provider } = aWorld()
  const netns = vpcNetns('t', provider.vpc.vpcId)
  const [a] = provider.registrations
  const node = world
    .snapshot()
    .resources['network-interface'].get(provider.loadBalancer.zones[0]?.networkInterfaceId ?? '')
  assert.ok(a && node)
  const unhealthy: HealthView = new Map([[healthCheckKey(node, a), 'unhealthy']])
  const terminated = (health: HealthView): string[] =>
    elementsOf(compileProgram(world.snapshot(), health, settings), netns, set.terminated)
  assert.deepEqual(terminated(new Map()), [])
  assert.deepEqual(terminated(unhealthy), [
    `${node.fabricIp} . tcp . 80 . 10.0.1.10 . 8080`,
    `${node.privateIp} . tcp . 80 . 10.0.1.10 . 8080`,
  ])
  const key = 'target_health_state.unhealthy.connection_termination.enabled'
  world.put('target-group', { ...provider.group, attributes: { [key]: 'false' } })
  assert.deepEqual(terminated(unhealthy), [])
  world.put('target', { ...a, state: 'draining', terminating: true })
  assert.equal(terminated(new Map()).length, 4, 'both addresses of both nodes')
})

test("a listener's own idle timeout is set on both sides, another's on none", () => {
  const { world, provider, consumer } = aWorld()
  const timeouts = (): string[] =>
    objectsOf(compileProgram(world.snapshot(), new Map(), settings)).flatMap((o) =>
      o.kind === 'nft-ct-timeout' ? [`${o.netns} ${o.name} ${o.establishedSeconds}`] : [],
    )
  assert.deepEqual(timeouts(), [])
  world.put('listener', { ...provider.listener, attributes: { 'tcp.idle_timeout.seconds': '60' } })
  const [here, there] = [vpcNetns('t', consumer.vpc.vpcId), vpcNetns('t', provider.vpc.vpcId)]
  assert.deepEqual(timeouts().sort(), [`${here} idle-60 60`, `${there} idle-60 60`].sort())
  const program = compileProgram(world.snapshot(), new Map(), settings)
  assert.deepEqual(elementsOf(program, here, set.endpointIdleTimeouts), [`10.0.1.50 . 80 : jump ${idleTimeout(60)}`])
  const listeners = [...chainsOf(program, there)].filter(([name]) => name.startsWith('lsn-'))
  for (const [, rules] of listeners) assert.ok(rules.includes('meta l4proto tcp ct timeout set "idle-60"'))
})
