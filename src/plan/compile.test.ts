import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { aWorld, World } from '../../test/support/world.ts'
import type { AgentKind, ResourceOfKind } from '../resource/kind.ts'
import { compileProgram } from './compile.ts'
import { diff } from './diff.ts'
import { linkIfname, set, vpcNetns } from './names.ts'
import type { HealthState, HealthView, KernelObject, Program } from './program.ts'
import type { ObservedKernel } from './steps.ts'
import { healthCheckKey } from './target-group.ts'

const settings = { name: 't' }
const objectsOf = (program: Program): KernelObject[] => [...program.fragments.values()].flat()
const observedOf = (program: Program): ObservedKernel =>
  new Map(objectsOf(program).map((object) => [object.key, { fingerprint: object.fingerprint, object }]))
const elements = (program: Program, netns: string, name: string): Record<string, string | undefined> =>
  Object.fromEntries(
    objectsOf(program).flatMap((o) =>
      o.kind === 'nft-element' && o.netns === netns && o.set === name ? [[o.element, o.value]] : [],
    ),
  )

test('an available endpoint has one element per listener, and nothing else permits it', () => {
  const { world, consumer, provider } = aWorld()
  const netns = vpcNetns('t', consumer.vpc.vpcId)
  const node = world
    .snapshot()
    .resources['network-interface'].get(provider.loadBalancer.zones[0]?.networkInterfaceId ?? '')
  const program = compileProgram(world.snapshot(), new Map(), settings)
  assert.deepEqual(elements(program, netns, set.endpointListeners), {
    '10.0.1.50 . tcp . 80': `${node?.fabricIp} . 80`,
  })
})

for (const state of ['pendingAcceptance', 'rejected', 'failed', 'deleting'] as const) {
  test(`an endpoint that is ${state} has no element that lets a packet out`, () => {
    const { world, consumer } = aWorld()
    world.put('vpc-endpoint', { ...consumer.endpoint, state })
    const program = compileProgram(world.snapshot(), new Map(), settings)
    const netns = vpcNetns('t', consumer.vpc.vpcId)
    assert.deepEqual(elements(program, netns, set.endpointListeners), {})
    assert.deepEqual(elements(program, netns, set.endpointSources), {})
  })
}

/** The wires between VPCs, and where routes to fabric addresses lead in a namespace. */
const linksIn = (program: Program): string[] =>
  objectsOf(program).flatMap((o) =>
    o.kind === 'wire' && o.a.ifname.startsWith('fab-') ? [`${o.a.netns} ${o.b.netns}`] : [],
  )
const routesIn = (program: Program, netns: string): Record<string, string> =>
  Object.fromEntries(
    objectsOf(program).flatMap((o) => (o.kind === 'route' && o.netns === netns ? [[o.destination, o.dev]] : [])),
  )

test('two VPCs that an endpoint joins have one wire, whoever serves whom, as long as an endpoint is available', () => {
  const { world, consumer, provider } = aWorld()
  const snapshot = world.snapshot()
  const fabricIpOf = (id: string | undefined): string =>
    `${snapshot.resources['network-interface'].get(id ?? '')?.fabricIp}/32`
  const node = fabricIpOf(provider.loadBalancer.zones[0]?.networkInterfaceId)
  const [eni] = consumer.endpoint.networkInterfaceIds
  const [consumerNetns, providerNetns] = [vpcNetns('t', consumer.vpc.vpcId), vpcNetns('t', provider.vpc.vpcId)]

  // The consumer serves the provider too.
  const group = world.targetGroup(consumer.vpc, 'back', 80)
  const loadBalancer = world.loadBalancer('back', [{ subnet: consumer.subnet, ip: '10.0.1.70' }])
  world.listener(loadBalancer, group, 80)
  const back = world.endpoint(
    world.service(loadBalancer, 'back'),
    [{ subnet: provider.subnets[0], ip: '10.0.1.71' }],
    [],
  )

  const program = compileProgram(world.snapshot(), new Map(), settings)
  assert.deepEqual(linksIn(program), [[consumerNetns, providerNetns].sort().join(' ')])
  const toProvider = routesIn(program, consumerNetns)
  assert.equal(toProvider[node], linkIfname(provider.vpc.vpcId))
  assert.equal(Object.keys(toProvider).length, 2)
  assert.equal(routesIn(program, providerNetns)[fabricIpOf(eni)], linkIfname(consumer.vpc.vpcId))

  for (const endpoint of [consumer.endpoint, back]) {
    assert.equal(linksIn(compileProgram(world.snapshot(), new Map(), settings)).length, 1)
    world.put('vpc-endpoint', { ...endpoint, state: 'rejected' })
  }
  const without = compileProgram(world.snapshot(), new Map(), settings)
  assert.deepEqual([linksIn(without), routesIn(without, consumerNetns), routesIn(without, providerNetns)], [[], {}, {}])
})

test('an endpoint beside its service has no wire: its way is through the fabric', () => {
  const { world, provider } = aWorld()
  const before = Object.keys(routesIn(compileProgram(world.snapshot(), new Map(), settings), 'up.t.fabric')).length
  world.endpoint(provider.service, [{ subnet: provider.subnets[0], ip: '10.0.1.60' }], [])
  const program = compileProgram(world.snapshot(), new Map(), settings)
  assert.equal(linksIn(program).length, 1)
  assert.equal(Object.keys(routesIn(program, 'up.t.fabric')).length, before + 1)
})

test('rejecting cuts the connections that the endpoint has', () => {
  const { world, consumer } = aWorld()
  const before = compileProgram(world.snapshot(), new Map(), settings)
  world.put('vpc-endpoint', { ...consumer.endpoint, state: 'rejected' })
  const after = compileProgram(world.snapshot(), new Map(), settings, before)
  const cuts = diff(after, observedOf(before)).steps.flatMap(({ object }) =>
    object.kind === 'nft-element' ? (object.cutsConnectionsTo ?? []) : [],
  )
  assert.deepEqual(cuts, ['10.0.1.50'])
})

test('every object has a key of its own', () => {
  const { world } = aWorld()
  const keys = objectsOf(compileProgram(world.snapshot(), new Map(), settings)).map((o) => o.key)
  assert.equal(new Set(keys).size, keys.length)
})

test('interface names fit into IFNAMSIZ', () => {
  const { world } = aWorld()
  for (const object of objectsOf(compileProgram(world.snapshot(), new Map(), settings))) {
    if (object.kind === 'wire')
      for (const end of [object.a, object.b]) assert.ok(Buffer.byteLength(end.ifname) <= 15, end.ifname)
  }
})

const listenerRules = (program: Program): readonly string[][] =>
  objectsOf(program).flatMap((o) => (o.kind === 'nft-chain' && o.name.startsWith('lsn-') ? [[...o.rules]] : []))

test('a node sends to the healthy targets of its own zone, and to all of them when none is healthy', () => {
  const { world, provider } = aWorld()
  const [subnetA] = provider.subnets
  const third = world.instance(subnetA, '10.0.1.11', [provider.targetGroupSg])
  const registration = world.target(provider.group, third, 3)
  const snapshot = world.snapshot()
  const nodeA = snapshot.resources['network-interface'].get(provider.loadBalancer.zones[0]?.networkInterfaceId ?? '')
  assert.ok(nodeA)
  const destinations = (health: ReadonlyMap<string, HealthState>) =>
    listenerRules(compileProgram(snapshot, health, settings))[0]?.at(-1) ?? ''

  assert.match(destinations(new Map()), /0 : 10\.0\.1\.10 \. 8080, 1 : 10\.0\.1\.11 \. 8080/)
  assert.match(
    destinations(new Map([[healthCheckKey(nodeA, registration), 'healthy']])),
    /dnat ip to 10\.0\.1\.11:8080$/,
  )
  assert.match(destinations(new Map([[healthCheckKey(nodeA, registration), 'unhealthy']])), /mod 2 /)
})

test('cross-zone: every node uses the targets of every zone', () => {
  const { world, provider } = aWorld()
  world.put('load-balancer', { ...provider.loadBalancer, attributes: { 'load_balancing.cross_zone.enabled': 'true' } })
  for (const rules of listenerRules(compileProgram(world.snapshot(), new Map(), settings)))
    assert.match(rules.at(-1) ?? '', /mod 2 /)
})

test('a listener without target counts and drops', () => {
  const { world, provider } = aWorld()
  for (const registration of provider.registrations) world.delete('target', registration.targetKey)
  for (const rules of listenerRules(compileProgram(world.snapshot(), new Map(), settings)))
    assert.deepEqual(rules, ['counter name drop-no-target drop'])
})

test('a target whose groups do not let the node in has no health check element and drops its share', () => {
  const { world, provider } = aWorld()
  const [rule] = [...world.snapshot().resources['security-group-rule'].values()].filter(
    (r) => r.groupId === provider.targetGroupSg.groupId && !r.isEgress,
  )
  assert.ok(rule)
  world.put('security-group-rule', { ...rule, cidrIpv4: '10.0.1.0/24' })
  const program = compileProgram(world.snapshot(), new Map(), settings)
  assert.equal(Object.keys(elements(program, vpcNetns('t', provider.vpc.vpcId), set.healthTargets)).length, 1)
  // The group keeps the address of clients in the VPC: their own address is judged, where the target's groups are.
  const refusal = 'iifname "fab*" meta l4proto tcp goto refuse-target'
  assert.ok(listenerRules(program).some((rules) => rules[0] === refusal))
})

test('where one of two targets does not let the node in, its share is counted and dropped', () => {
  const { world, provider } = aWorld()
  const eni = world.snapshot().resources['network-interface'].get(provider.targets[1].networkInterfaceId)
  assert.ok(eni)
  world.put('network-interface', { ...eni, groupIds: [] })
  world.put('target-group', { ...provider.group, attributes: { 'preserve_client_ip.enabled': 'false' } })
  world.put('load-balancer', { ...provider.loadBalancer, attributes: { 'load_balancing.cross_zone.enabled': 'true' } })
  const program = compileProgram(world.snapshot(), new Map(), settings)
  for (const [share] of listenerRules(program)) {
    assert.match(
      share ?? '',
      /^meta l4proto tcp jhash .* mod 2 seed 0x[0-9a-f]{8} vmap \{ [01] : goto refuse-target \}$/,
    )
  }
})

test('a UDP flow may be with the chosen and the draining targets of its listener, and no other', () => {
  const { world, provider } = aWorld()
  world.put('listener', { ...provider.listener, protocol: 'UDP' })
  world.put('load-balancer', { ...provider.loadBalancer, attributes: { 'load_balancing.cross_zone.enabled': 'true' } })
  const netns = vpcNetns('t', provider.vpc.vpcId)
  const [a, b] = provider.registrations
  assert.ok(a && b)
  const targetsOf = (health: HealthView): readonly string[] => {
    const flows = Object.keys(elements(compileProgram(world.snapshot(), health, settings), netns, set.udpFlows))
    assert.equal(flows.length % 4, 0, 'two nodes of two addresses each')
    return [...new Set(flows.map((flow) => flow.split(' . ')[2] ?? ''))].sort()
  }
  assert.deepEqual(targetsOf(new Map()), ['10.0.1.10', '10.0.2.10'])
  const nodes = [...world.snapshot().resources['network-interface'].values()].filter((eni) => eni.loadBalancerArn)
  const onlyA: HealthView = new Map(nodes.map((node) => [`${node.networkInterfaceId}|${a.targetKey}`, 'healthy']))
  assert.deepEqual(targetsOf(onlyA), ['10.0.1.10'])
  world.put('target', { ...b, state: 'draining' })
  assert.deepEqual(targetsOf(onlyA), ['10.0.1.10', '10.0.2.10'])
  world.delete('target', b.targetKey)
  assert.deepEqual(targetsOf(onlyA), ['10.0.1.10'])
})

test('one health check per node and target that it uses', () => {
  const { world } = aWorld()
  const checks = [...compileProgram(world.snapshot(), new Map(), settings).healthChecks.values()]
  assert.deepEqual(
    checks.map(({ connectPort, protocol, intervalMs }) => ({ connectPort, protocol, intervalMs })),
    [
      { connectPort: 1, protocol: 'TCP', intervalMs: 10_000 },
      { connectPort: 2, protocol: 'TCP', intervalMs: 10_000 },
    ],
  )
})

test('a VPC without an interface costs nothing', () => {
  const world = new World()
  world.vpc('empty')
  assert.deepEqual([...compileProgram(world.snapshot(), new Map(), settings).fragments.keys()], ['fabric/fabric'])
})

test('an unchanged snapshot compiles to the same fragments, and diff finds nothing', () => {
  const { world } = aWorld()
  const first = compileProgram(world.snapshot(), new Map(), settings)
  const second = compileProgram(world.snapshot(), new Map(), settings, first)
  for (const [owner, fragment] of second.fragments) assert.equal(fragment, first.fragments.get(owner), owner)
  assert.deepEqual(diff(second, observedOf(first)).steps, [])
})

/** Chains that a map leads to and that are not there: the kernel would refuse it. */
function deadEnds(program: Program): string[] {
  const objects = objectsOf(program)
  const chains = new Set(objects.flatMap((o) => (o.kind === 'nft-chain' ? [`${o.netns} ${o.name}`] : [])))
  const ends = objects.flatMap((o) =>
    o.kind === 'nft-element' && o.value?.startsWith('goto ') ? [`${o.netns} ${o.value.slice('goto '.length)}`] : [],
  )
  return ends.filter((end) => !chains.has(end))
}

/** Random histories: what is compiled step by step must equal what is compiled at once, and so must the diffs. */
test('incremental equals full on generated histories', () => {
  const action = fc.record({
    what: fc.constantFrom(
      ...(['state', 'rule', 'target', 'listener', 'endpoint', 'instance', 'health', 'terminate', 'dns'] as const),
      ...([
        'delete',
        'header',
        'node',
        'load-balancer',
        'groups',
        'ipv6',
        'ipv6',
        'private',
        'full',
        'away',
        'tag',
      ] as const),
    ),
    n: fc.nat(250),
  })
  fc.assert(
    fc.property(fc.array(action, { maxLength: 25 }), (actions) => {
      const { world, provider, consumer } = aWorld()
      const consumerB = world.subnet(consumer.vpc, 'b', '10.0.2.0/24', 'b')
      const places = [
        { subnet: consumer.subnet, ip: '10.0.1.51' },
        { subnet: consumerB, ip: '10.0.2.51' },
      ]
      world.endpoint(provider.service, places, [consumer.endpointSg])
      const health = new Map<string, HealthState>()
      const fullInterfaceIds = new Set<string>()
      let program = compileProgram(world.snapshot(), health, settings)
      let observed = observedOf(program)
      /** One of those that are there. */
      const some = <K extends AgentKind>(kind: K, n: number): ResourceOfKind[K] | undefined =>
        [...world.snapshot().resources[kind].values()].at(n % (world.snapshot().resources[kind].size || 1))
      for (const { what, n } of actions) {
        switch (what) {
          case 'state': {
            const states = ['available', 'rejected', 'pendingAcceptance', 'deleting'] as const
            world.put('vpc-endpoint', { ...consumer.endpoint, state: states[n % 4] ?? 'available' })
            break
          }
          case 'rule':
            world.group(consumer.vpc, 'endpoint', [
              {
                fromPort: 80,
                toPort: 80 + n,
                ...[
                  { cidrIpv4: '10.0.0.0/8' },
                  { referencedGroupId: consumer.clientSg.groupId },
                  { referencedGroupId: consumer.endpointSg.groupId },
                ][n % 3],
              },
            ])
            break
          case 'target': {
            const registration = provider.registrations[n % 2]
            if (registration) world.put('target', { ...registration, state: n % 3 ? 'registered' : 'draining' })
            break
          }
          case 'listener':
            world.listener(provider.loadBalancer, provider.group, 1000 + (n % 5), {
              protocol: n % 3 ? 'TCP' : 'UDP',
              ...(n % 2 && { attributes: { 'tcp.idle_timeout.seconds': String(100 + n) } }),
            })
            break
          case 'endpoint':
            world.endpoint(
              provider.service,
              [
                { subnet: consumer.subnet, ip: `10.0.1.${60 + (n % 20)}` },
                { subnet: consumerB, ip: `10.0.2.${60 + (n % 20)}` },
              ].slice(0, 1 + (n % 2)),
              [consumer.endpointSg],
            )
            break
          case 'instance':
            world.instance(consumer.subnet, `10.0.1.${100 + (n % 20)}`, [
              n % 2 ? consumer.clientSg : consumer.endpointSg,
            ])
            break
          case 'health': {
            const key = [...program.healthChecks.keys()][n % 2]
            if (key) health.set(key, n % 3 ? 'healthy' : 'unhealthy')
            break
          }
          case 'terminate':
            world.put('instance', { ...consumer.client, state: n % 2 ? 'terminated' : 'running' })
            break
          case 'dns': {
            const vpc = some('vpc', n)
            if (vpc) world.put('vpc', { ...vpc, enableDnsSupport: n % 2 === 0, enableDnsHostnames: n % 3 === 0 })
            break
          }
          case 'delete': {
            const [kind, id] = [
              ['vpc-endpoint', some('vpc-endpoint', n)?.vpcEndpointId] as const,
              ['network-interface', some('network-interface', n)?.networkInterfaceId] as const,
              ['listener', some('listener', n)?.listenerArn] as const,
              ['security-group-rule', some('security-group-rule', n)?.securityGroupRuleId] as const,
            ][n % 4] ?? ['listener', undefined]
            if (id !== undefined) world.delete(kind, id)
            break
          }
          case 'header': {
            const group = some('target-group', n)
            const attributes = { 'proxy_protocol_v2.enabled': String(n % 2 === 0) }
            if (group) world.put('target-group', { ...group, attributes })
            break
          }
          case 'node': {
            const node = some('network-interface', n)
            if (node) world.put('network-interface', { ...node, fabricIp: world.fabricIp() })
            break
          }
          case 'load-balancer': {
            const second = world.loadBalancer('second', [{ subnet: provider.subnets[n % 2 ? 1 : 0], ip: '10.0.2.77' }])
            world.listener(second, provider.group, 80 + (n % 2))
            const arns = [provider.loadBalancer.loadBalancerArn, second.loadBalancerArn]
            world.put('endpoint-service', { ...provider.service, networkLoadBalancerArns: arns.slice(n % 3 ? 0 : 1) })
            break
          }
          case 'groups': {
            const loadBalancer = some('load-balancer', n)
            const securityGroupIds = n % 3 ? [provider.targetGroupSg.groupId] : []
            if (loadBalancer) world.put('load-balancer', { ...loadBalancer, securityGroupIds })
            const eni = some('network-interface', n)
            const [one, other] = [consumer.clientSg.groupId, consumer.endpointSg.groupId]
            if (eni) world.put('network-interface', { ...eni, groupIds: n % 2 ? [one, other] : [other] })
            break
          }
          case 'ipv6': {
            const plain = n % 2 ? consumer.vpc : provider.vpc
            const hasIpv6 = some('vpc', n % 2)?.ipv6CidrBlockAssociations !== undefined
            // The interfaces keep theirs, so that this is all that changes.
            if (hasIpv6) world.put('vpc', plain)
            else world.giveIpv6(plain, n % 2)
            break
          }
          case 'private': {
            const endpoint = some('vpc-endpoint', n)
            const privateDns = n % 2 ? { name: `api.example${n % 3}.com`, hostedZoneId: 'Z1' } : undefined
            if (endpoint) world.put('vpc-endpoint', { ...endpoint, ...(privateDns && { privateDns }) })
            break
          }
          case 'full': {
            const eni = some('network-interface', n)
            if (eni && !fullInterfaceIds.delete(eni.networkInterfaceId)) fullInterfaceIds.add(eni.networkInterfaceId)
            break
          }
          case 'away': {
            const endpoint = some('vpc-endpoint', n)
            if (endpoint) world.put('vpc-endpoint', { ...endpoint, serviceRegion: 'us-east-1' })
            break
          }
          case 'tag': {
            const vpc = some('vpc', n)
            if (vpc) world.put('vpc', { ...vpc, tags: [{ key: 'n', value: String(n) }] })
          }
        }
        const now = { ...settings, fullInterfaceIds: new Set(fullInterfaceIds) }
        const next = compileProgram(world.snapshot(), new Map(health), now, program)
        // A copy, of which nothing can be remembered.
        const full = compileProgram(structuredClone(world.snapshot()), new Map(health), now)
        assert.deepEqual(next, full)
        assert.deepEqual(deadEnds(full), [])
        assert.deepEqual(sorted(diff(next, observed, { program })), sorted(diff(full, observed)))
        program = next
        observed = observedOf(next)
      }
    }),
    { numRuns: 100, seed: 20261122 },
  )
})

const sorted = ({ steps }: ReturnType<typeof diff>): string[] =>
  steps.map((step) => `${step.do} ${step.object.key} ${step.object.fingerprint}`).sort()
