import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aWorld, idFor } from '../../test/support/world.ts'
import type { RouteTable } from '../resource/route-table.ts'
import { explainPaths } from './explain.ts'
import type { Step } from './explanation.ts'
import type { HealthView } from './program.ts'

type World = ReturnType<typeof aWorld>

/** What the client of the world meets on its way to port 80 of its endpoint, unless told otherwise. */
function pathsOf(
  given: World,
  { to = '10.0.1.50', port = 80, health = new Map() as HealthView, tables = [] as readonly RouteTable[] } = {},
) {
  const { world, consumer } = given
  const attempt = { fromInstanceId: consumer.client.instanceId, protocol: 'tcp', fromPort: 40_000 } as const
  return explainPaths(world.snapshot(), health, { ...attempt, toIp: to, toPort: port }, tables)
}

/** The one path's steps, and the last of them. */
function theWay(given: World, wish: Parameters<typeof pathsOf>[1] = {}) {
  const [path, ...others] = pathsOf(given, wish)
  assert.deepEqual(others, [])
  const last = path?.steps.at(-1) ?? assert.fail('no step')
  const before = path?.steps.slice(0, -1) ?? []
  assert.ok(
    before.every(({ verdict }) => verdict === 'passes'),
    'something refuses before the end',
  )
  return { names: path?.steps.map(({ step }) => step), last, fate: path?.fate }
}

const toListener = ['sender', 'destination', 'security-group', 'vpc-endpoint', 'endpoint-service', 'listener'] as const
const toChoice = [...toListener, 'security-group', 'enforcement', 'target-choice'] as const
const part = (step: Step, ...members: readonly string[]) =>
  Object.fromEntries(Object.entries(step).filter(([member]) => members.includes(member)))

test('a link that works: every step, each with the rule that lets it pass', () => {
  const given = aWorld()
  const [path] = pathsOf(given)
  const { provider, consumer } = given
  assert.deepEqual(
    path?.steps.map(({ step }) => step),
    [...toChoice, 'target', 'security-group', 'arrival'],
  )
  assert.deepEqual(path?.fate, { outcome: 'connects', instanceId: provider.targets[0].instanceId })
  const groups = path?.steps.filter((step) => step.step === 'security-group') ?? []
  assert.deepEqual(
    groups.map(({ securityGroupRuleId, ownerId, peerIp }) => [securityGroupRuleId, ownerId, peerIp]),
    [
      [idFor('sgr', `${consumer.clientSg.groupId}0`), '222222222222', '10.0.1.50'],
      [idFor('sgr', `${consumer.endpointSg.groupId}0`), '222222222222', '10.0.1.10'],
      [idFor('sgr', `${provider.targetGroupSg.groupId}0`), '111111111111', '10.0.1.5'],
    ],
  )
})

describe('the first refusal', () => {
  const cases: readonly {
    readonly what: string
    readonly change: (given: World) => void
    readonly wish?: Parameters<typeof pathsOf>[1]
    readonly names: readonly Step['step'][]
    readonly reason: string
    readonly last: (given: World) => object
  }[] = [
    {
      what: 'the sender is stopped',
      change: ({ world, consumer }) => world.put('instance', { ...consumer.client, state: 'stopped' }),
      names: ['sender'],
      reason: 'no-route',
      last: () => ({ state: 'stopped' }),
    },
    {
      what: 'its own group lets nothing out',
      change: ({ world, consumer }) =>
        world.delete('security-group-rule', idFor('sgr', `${consumer.clientSg.groupId}0`)),
      names: ['sender', 'destination', 'security-group'],
      reason: 'security-group-egress',
      last: ({ consumer }) => ({ direction: 'egress', groupIds: [consumer.clientSg.groupId], peerIp: '10.0.1.50' }),
    },
    ...(['pendingAcceptance', 'rejected', 'failed'] as const).map((state) => ({
      what: `the endpoint is ${state}`,
      change: ({ world, consumer }: World) => void world.put('vpc-endpoint', { ...consumer.endpoint, state }),
      names: toListener.slice(0, 4),
      reason: 'endpoint-unavailable',
      last: ({ provider }: World) => ({
        state,
        serviceId: provider.service.serviceId,
        service: { ownerId: '111111111111', region: 'us-east-1' },
      }),
    })),
    {
      what: 'the service has no node in the zone, but its VPC a subnet',
      change: ({ world, provider }) =>
        world.put('load-balancer', { ...provider.loadBalancer, zones: provider.loadBalancer.zones.slice(1) }),
      names: toListener.slice(0, 5),
      reason: 'endpoint-unavailable',
      last: ({ provider }) => ({
        subnetIds: [provider.subnets[1].subnetId],
        subnetIdInZone: provider.subnets[0].subnetId,
      }),
    },
    {
      what: 'nothing listens on the port, but a group could be forwarded to',
      change: () => {},
      wish: { port: 443 },
      names: toListener,
      reason: 'endpoint-unavailable',
      last: ({ provider }) => ({
        port: 443,
        others: [{ protocol: 'TCP', port: 80 }],
        targetGroup: { targetGroupArn: provider.group.targetGroupArn, protocol: 'TCP' },
      }),
    },
    {
      what: "the endpoint's group lacks a rule",
      change: ({ world, consumer }) =>
        world.delete('security-group-rule', idFor('sgr', `${consumer.endpointSg.groupId}0`)),
      names: [...toListener, 'security-group'],
      reason: 'security-group-ingress',
      last: ({ consumer }) => ({
        direction: 'ingress',
        peerGroupId: consumer.clientSg.groupId,
        ownerId: '222222222222',
      }),
    },
    {
      what: "the load balancer's groups ask traffic through PrivateLink",
      change: ({ world, provider }) => {
        const { groupId } = world.group(provider.vpc, 'balancer', [])
        world.put('load-balancer', { ...provider.loadBalancer, securityGroupIds: [groupId] })
      },
      names: [...toListener, 'security-group', 'enforcement', 'security-group'],
      reason: 'load-balancer-security-group',
      last: ({ provider }) => ({
        of: provider.loadBalancer.loadBalancerArn,
        peerIp: '10.0.1.10',
        ownerId: '111111111111',
      }),
    },
    {
      what: 'no target in the zone',
      change: ({ world, provider }) => world.delete('target', provider.registrations[0]?.targetKey ?? ''),
      names: toChoice,
      reason: 'no-target',
      last: () => ({ availabilityZone: 'us-east-1a', nodeIp: '10.0.1.5' }),
    },
    {
      what: "the target's group does not know the node",
      change: ({ world, provider }) =>
        world.delete('security-group-rule', idFor('sgr', `${provider.targetGroupSg.groupId}0`)),
      names: [...toChoice, 'target', 'security-group'],
      reason: 'security-group-ingress',
      last: () => ({ peerIp: '10.0.1.5', port: 8080, ownerId: '111111111111' }),
    },
    {
      what: 'nobody has the address',
      change: () => {},
      wish: { to: '10.0.9.9' },
      names: ['sender', 'security-group', 'destination'],
      reason: 'no-route',
      last: () => ({ ip: '10.0.9.9', isInVpc: true }),
    },
  ]
  for (const { what, change, wish = {}, names, reason, last } of cases) {
    test(what, () => {
      const given = aWorld()
      change(given)
      const way = theWay(given, wish)
      assert.deepEqual(way.names, names)
      assert.deepEqual(way.fate, { outcome: 'dropped', reason })
      const expected = last(given)
      assert.deepEqual(part(way.last, ...Object.keys(expected)), expected)
      assert.equal(way.last.verdict, 'refuses')
    })
  }
})

test('a list is asked four times at the border of a subnet, and offers a number before the entry that refuses', () => {
  const given = aWorld()
  const { world, consumer } = given
  const away = world.subnet(consumer.vpc, 'away', '10.0.3.0/24')
  const client = world.instance(away, '10.0.3.20', [consumer.clientSg])
  const aclSteps = (...entries: Parameters<typeof world.acl>[2]) => {
    world.acl(consumer.vpc, 'default', [{}, { egress: true }], [])
    world.acl(consumer.vpc, 'home', entries, [consumer.subnet])
    const attempt = { fromInstanceId: client.instanceId, protocol: 'tcp', fromPort: 40_000 } as const
    const [path] = explainPaths(world.snapshot(), new Map(), { ...attempt, toIp: '10.0.1.50', toPort: 80 })
    return path?.steps.flatMap((step) =>
      step.step === 'network-acl'
        ? [
            [step.way, step.direction, step.verdict, step.ruleNumber, step.freeRuleNumber]
              .map((each) => each ?? '-')
              .join(' '),
          ]
        : [],
    )
  }
  const out = { egress: true }
  const deny = { ruleAction: 'deny' } as const
  assert.deepEqual(aclSteps({}, out), [
    'there egress passes 200 -',
    'there ingress passes 100 -',
    'back egress passes 200 -',
    'back ingress passes 100 -',
  ])
  assert.deepEqual(aclSteps({ ruleNumber: 50, ...deny }, {}, out)?.at(-1), 'there ingress refuses 50 49')
  assert.deepEqual(aclSteps({ ruleNumber: 1, ...deny }, out)?.at(-1), 'there ingress refuses 1 -')
  assert.deepEqual(aclSteps({ ruleNumber: 110, protocol: '17' }, out)?.at(-1), 'there ingress refuses - 200')
  const narrow = { protocol: '6', ports: { from: 80, to: 80 }, ...out, ruleNumber: 32_700 }
  assert.deepEqual(aclSteps({}, narrow)?.at(-1), 'back egress refuses - 32766')
})

test('the choice of a node: healthy targets before all, all when none is, each way on its own', () => {
  const given = aWorld()
  const { world, provider } = given
  world.put('load-balancer', {
    ...provider.loadBalancer,
    attributes: { 'load_balancing.cross_zone.enabled': 'true' },
  })
  const node = provider.loadBalancer.zones[0]?.networkInterfaceId
  const [first, second] = provider.registrations.map(({ targetKey }) => `${node}|${targetKey}`)
  const chosenWith = (health: HealthView) => {
    const paths = pathsOf(given, { health })
    const choice = paths[0]?.steps.find((step) => step.step === 'target-choice')
    const marks = choice?.groups.flatMap(({ isFailOpen, targets }) => [
      isFailOpen,
      ...targets.map(({ health: state, isChosen }) => `${state} ${isChosen}`),
    ])
    return { ways: paths.length, marks }
  }
  const one = new Map([
    [first ?? '', 'healthy'],
    [second ?? '', 'unhealthy'],
  ] as const)
  assert.deepEqual(chosenWith(one), { ways: 1, marks: [false, 'healthy true', 'unhealthy false'] })
  const none = new Map([
    [first ?? '', 'unhealthy'],
    [second ?? '', 'unhealthy'],
  ] as const)
  assert.deepEqual(chosenWith(none), { ways: 2, marks: [true, 'unhealthy true', 'unhealthy true'] })
})

test('outside the VPC the route of the subnet is named, the most specific one, and carries nothing', () => {
  const given = aWorld()
  const { consumer } = given
  const table = (routeTableId: string, subnetId: string | undefined, ...blocks: readonly string[]): RouteTable => ({
    routeTableId,
    vpcId: consumer.vpc.vpcId,
    ownerId: consumer.vpc.ownerId,
    region: 'us-east-1',
    routes: blocks.map((destinationCidrBlock, n) => ({ destinationCidrBlock, gatewayId: `igw-${n}` })),
    associations: [{ associationId: 'rtbassoc-1', ...(subnetId && { subnetId }) }],
    tags: [],
  })
  const routeIn = (...tables: readonly RouteTable[]) => {
    const { last, fate } = theWay(given, { to: '192.0.2.1', tables })
    assert.deepEqual(fate, { outcome: 'dropped', reason: 'no-route' })
    return last.step === 'destination' && !last.isInVpc ? last.route : assert.fail(last.step)
  }
  assert.equal(routeIn(), undefined)
  const main = table('rtb-main', undefined, '0.0.0.0/0', '192.0.2.0/24')
  assert.deepEqual(routeIn(main), { routeTableId: 'rtb-main', destination: '192.0.2.0/24', gatewayId: 'igw-1' })
  assert.equal(routeIn(main, table('rtb-own', consumer.subnet.subnetId)), undefined)
})

test("a listener that the relay carries shows targets the node's address, to clients of the same VPC too", () => {
  const given = aWorld()
  const { world, provider } = given
  const neighbour = world.instance(provider.subnets[0], '10.0.1.99', [provider.targetGroupSg])
  const seen = (protocol: 'TCP' | 'TLS', attributes: Readonly<Record<string, string>> = {}) => {
    world.put('listener', { ...provider.listener, protocol })
    world.put('target-group', { ...provider.group, attributes })
    const attempt = { fromInstanceId: neighbour.instanceId, protocol: 'tcp', fromPort: 40_000 } as const
    const [path] = explainPaths(world.snapshot(), new Map(), { ...attempt, toIp: '10.0.1.5', toPort: 80 })
    return path?.steps.flatMap((step) =>
      step.step === 'listener' ? [`${step.isRelayed ?? false}`] : step.step === 'target' ? [step.sourceIp] : [],
    )
  }
  assert.deepEqual(seen('TCP'), ['false', '10.0.1.99'])
  assert.deepEqual(seen('TCP', { 'proxy_protocol_v2.enabled': 'true' }), ['true', '10.0.1.5'])
  assert.deepEqual(seen('TLS'), ['true', '10.0.1.5'])
})

test('a target that is another load balancer leads on to its listener', () => {
  const given = aWorld()
  const { world, provider } = given
  const second = world.loadBalancer('second', [{ subnet: provider.subnets[0], ip: '10.0.1.6' }])
  world.listener(second, provider.group, 8080)
  const behind = world.targetGroup(provider.vpc, 'behind', 8080, { targetType: 'alb' })
  world.target(behind, provider.targets[0], 9, { id: '10.0.1.6', ip: '10.0.1.6', availabilityZone: 'all' })
  world.put('listener', { ...provider.listener, targetGroupArn: behind.targetGroupArn })
  const { names, fate } = theWay(given)
  assert.deepEqual(names?.slice(toChoice.length), [
    'target',
    'listener',
    'target-choice',
    'target',
    'security-group',
    'arrival',
  ])
  assert.deepEqual(fate, { outcome: 'connects', instanceId: provider.targets[0].instanceId })
})
