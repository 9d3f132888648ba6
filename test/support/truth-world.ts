/**
 * Generated worlds for the truth table: two VPCs with the same block, two instances in each, a load balancer with TCP, UDP
 * and TCP_UDP listeners, a service and an endpoint; half of them have IPv6 beside IPv4. The places are always the same, so that namespaces and processes are
 * made once; everything that decides who may connect to whom is drawn anew.
 */
import fc from 'fast-check'
import type { HealthState, HealthView } from '../../src/plan/program.ts'
import { healthCheckKey } from '../../src/plan/target-group.ts'
import type { Snapshot } from '../../src/resource/kind.ts'
import type { NetworkAclEntry } from '../../src/resource/network-acl.ts'
import type { SecurityGroup, SecurityGroupRule } from '../../src/resource/security-group.ts'
import type { Subnet } from '../../src/resource/subnet.ts'
import type { TargetGroup } from '../../src/resource/target-group.ts'
import type { Vpc } from '../../src/resource/vpc.ts'
import type { VpcEndpointState } from '../../src/resource/vpc-endpoint.ts'
import { idFor, World } from './world.ts'

export const listenerPorts = { tcp: 80, udp: 53, both: 90 } as const
export const targetPorts = { tcp: 8080, udp: 5353, both: 9090 } as const
/** What every instance listens on. */
export const openPorts = {
  tcp: [22, listenerPorts.tcp, listenerPorts.both, targetPorts.tcp, targetPorts.both],
  udp: [listenerPorts.udp, listenerPorts.both, targetPorts.udp, targetPorts.both],
} as const
/** What is tried: every listener and one port without, or two ports of a neighbour. */
const triedPorts = {
  tcp: [listenerPorts.tcp, listenerPorts.both, 22],
  udp: [listenerPorts.udp, listenerPorts.both, targetPorts.udp],
} as const
const triedPortsOfNeighbours = { tcp: [22, targetPorts.tcp], udp: [listenerPorts.udp, targetPorts.udp] } as const

const anyPorts = { from: -1, to: -1 }
const portRanges = [
  anyPorts,
  { from: 0, to: 65535 },
  { from: 80, to: 80 },
  { from: 53, to: 90 },
  { from: 8080, to: 8080 },
  { from: 5353, to: 9090 },
  { from: 1, to: 1023 },
  // Where the answers go.
  { from: 1024, to: 65535 },
] as const
const blocks = [
  '0.0.0.0/0',
  '10.0.0.0/16',
  '10.0.1.0/24',
  '10.0.2.0/24',
  '10.0.1.10/32',
  '10.0.2.5/32',
  '192.168.0.0/16',
] as const
const ipv6Blocks = [
  '::/0',
  'fdec:2000:0:1100::/56',
  'fdec:2000:0:1100::/64',
  'fdec:2000:0:1101::/64',
  'fdec:2000:0:1100::a/128',
  'fdec:2000:0:1101::5/128',
  'fdec:2001::/32',
] as const
/** What both VPCs have of IPv6 where a world has it: the very same block, as of IPv4. */
const ipv6BlockNumber = 0x11

/** Two of the VPC's three groups may be named by index. */
const arbitraryRule = fc.record({
  isEgress: fc.boolean(),
  ipProtocol: fc.constantFrom('tcp', 'udp', '-1'),
  ports: fc.constantFrom(...portRanges),
  peer: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...blocks) },
    { weight: 2, arbitrary: fc.constantFrom(...ipv6Blocks) },
    fc.nat({ max: 2 }),
  ),
})
/** Half of the groups let everything out or in, or most attempts would end at the first of them. */
const arbitraryGroup = fc.record({
  opensIngress: fc.constantFrom(true, true, false),
  opensEgress: fc.integer({ min: 0, max: 5 }),
  rules: fc.array(arbitraryRule, { maxLength: 4 }),
})
const arbitraryGroupIndexes = fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1, maxLength: 2 })

const arbitraryAclEntry = fc.record({
  egress: fc.boolean(),
  ruleAction: fc.constantFrom('allow', 'allow', 'deny'),
  protocol: fc.constantFrom('-1', '6', '17'),
  block: fc.constantFrom(...blocks, ...ipv6Blocks),
  ports: fc.constantFrom(...portRanges),
})
const arbitraryAcl = fc.record({
  allowsTheRest: fc.constantFrom('both', 'both', 'in', 'out', 'none'),
  entries: fc.array(arbitraryAclEntry, { maxLength: 4 }),
})
/** Most subnets have the default list. */
const arbitrarySubnetAcl = fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, arbitraryAcl)

const arbitraryTarget = fc.record({
  instance: fc.nat({ max: 1 }),
  isDraining: fc.constantFrom(false, false, false, true),
  /** At the node of zone a, and at that of zone b. */
  health: fc.tuple(
    ...([0, 1] as const).map(() => fc.constantFrom<HealthState>('healthy', 'healthy', 'unhealthy', 'initial')),
  ),
})
const arbitraryTargetGroup = fc.record({
  /** Only in worlds that have IPv6. */
  isIpv6: fc.boolean(),
  preservesClientIp: fc.option(fc.boolean()),
  crossZone: fc.option(fc.boolean()),
  minimumHealthy: fc.option(fc.constantFrom(1, 2)),
  targets: fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    {
      weight: 6,
      arbitrary: fc.uniqueArray(arbitraryTarget, { minLength: 1, maxLength: 2, selector: ({ instance }) => instance }),
    },
  ),
})

const arbitraryVpc = fc.record({
  groups: fc.tuple(arbitraryGroup, arbitraryGroup, arbitraryGroup),
  instanceGroups: fc.tuple(arbitraryGroupIndexes, arbitraryGroupIndexes),
  acls: fc.tuple(arbitrarySubnetAcl, arbitrarySubnetAcl),
})

const arbitraryZones = fc.constantFrom([0, 1], [0, 1], [0, 1], [0, 1], [0], [1])

export const arbitraryWorld = fc.record({
  hasIpv6: fc.boolean(),
  provider: arbitraryVpc,
  consumer: arbitraryVpc,
  loadBalancer: fc.record({
    zones: arbitraryZones,
    crossZone: fc.boolean(),
    groups: fc.option(arbitraryGroupIndexes, { freq: 2 }),
    isEnforced: fc.boolean(),
  }),
  targetGroups: fc.record({
    tcp: arbitraryTargetGroup,
    other: arbitraryTargetGroup,
    udp: arbitraryTargetGroup,
    both: arbitraryTargetGroup,
  }),
  /** Of the TCP listener's two groups. */
  weights: fc.constantFrom([1, 0], [1, 1], [3, 1], [0, 0], [0, 7]),
  endpoint: fc.record({
    state: fc.constantFrom<VpcEndpointState>(
      'available',
      'available',
      'available',
      'available',
      'pendingAcceptance',
      'rejected',
    ),
    zones: arbitraryZones,
    groups: arbitraryGroupIndexes,
  }),
})
export type Choices = typeof arbitraryWorld extends fc.Arbitrary<infer T> ? T : never
type VpcChoices = Choices['provider']
type AclChoices = NonNullable<VpcChoices['acls'][number]>
type GroupChoices = Choices['targetGroups']['tcp']

export interface TruthWorld {
  readonly snapshot: Snapshot
  readonly health: HealthView
  /** name → id */
  readonly instances: Readonly<Record<string, string>>
  readonly attempts: readonly TruthAttempt[]
}

export interface TruthAttempt {
  /** The name of an instance. */
  readonly from: string
  readonly protocol: 'tcp' | 'udp'
  readonly ip: string
  readonly port: number
}

const attemptsOf = (from: string, neighbour: string, doors: readonly string[]): TruthAttempt[] =>
  (['tcp', 'udp'] as const).flatMap((protocol) => [
    ...triedPortsOfNeighbours[protocol].map((port) => ({ from, protocol, ip: neighbour, port })),
    ...doors.flatMap((ip) => triedPorts[protocol].map((port) => ({ from, protocol, ip, port }))),
  ])

const ipv6Of = (ip: string): string => {
  const [, , subnet = '', host = ''] = ip.split('.')
  return `fdec:2000:0:110${Number(subnet) - 1}::${Number(host).toString(16)}`
}

/** The same over IPv6, but for what the relay would carry: no relay runs here. */
const ipv6AttemptsOf = (attempts: readonly TruthAttempt[], relayedPorts: ReadonlySet<number>): TruthAttempt[] =>
  attempts.flatMap((attempt) =>
    attempt.protocol === 'tcp' && relayedPorts.has(attempt.port) ? [] : [{ ...attempt, ip: ipv6Of(attempt.ip) }],
  )

export function buildTruthWorld(choices: Choices): TruthWorld {
  const world = new World()
  const provider = world.vpc('provider')
  const consumer = world.vpc('consumer', { ownerId: '222222222222' })
  const places = [provider, consumer].map((vpc) => ({
    vpc,
    subnets: [world.subnet(vpc, 'a', '10.0.1.0/24', 'a'), world.subnet(vpc, 'b', '10.0.2.0/24', 'b')] as const,
  })) as [Place, Place]
  const [home, away] = places
  const sides = [
    { place: home, choices: choices.provider, names: ['p1', 'p2'] },
    { place: away, choices: choices.consumer, names: ['c1', 'c2'] },
  ] as const
  const health = new Map<string, HealthState>()
  const instances: Record<string, string> = {}
  const groupsOf = new Map<Vpc, SecurityGroup[]>()
  const addresses = ['10.0.1.10', '10.0.2.10'] as const
  const running = sides.map(({ place, choices: drawn, names }) => {
    const groups = drawn.groups.map((group, index) => world.group(place.vpc, `g${index}`, rulesOf(place.vpc, group)))
    groupsOf.set(place.vpc, groups)
    drawn.acls.forEach((acl, index) => {
      if (acl) putAcl(world, place, index, acl)
    })
    return names.map((name, index) => {
      const instance = world.instance(
        place.subnets[index] as Subnet,
        addresses[index] as string,
        (drawn.instanceGroups[index] ?? []).map((each) => groups[each] as SecurityGroup),
      )
      instances[name] = instance.instanceId
      return instance
    })
  })

  const { loadBalancer: lb } = choices
  const nodeIps = ['10.0.1.5', '10.0.2.5'] as const
  const securityGroupIds = (lb.groups ?? []).map((index) => groupsOf.get(provider)?.[index]?.groupId ?? '')
  const loadBalancer = world.loadBalancer(
    'truth',
    lb.zones.map((zone) => ({ subnet: home.subnets[zone] as Subnet, ip: nodeIps[zone] as string })),
    {
      securityGroupIds,
      attributes: { 'load_balancing.cross_zone.enabled': String(lb.crossZone) },
      ...(lb.groups ? { enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: lb.isEnforced ? 'on' : 'off' } : {}),
    },
  )
  // Nodes carry the load balancer's groups.
  const nodes = [...world.snapshot().resources['network-interface'].values()].filter(
    ({ interfaceType }) => interfaceType === 'network_load_balancer',
  )
  const nodesWithGroups = nodes.map((node) => world.put('network-interface', { ...node, groupIds: securityGroupIds }))

  if (choices.hasIpv6) world.giveIpv6(provider, ipv6BlockNumber)
  let slot = 1
  const group = (name: string, protocol: TargetGroup['protocol'], port: number, drawn: GroupChoices): TargetGroup => {
    const isTcp = protocol === 'TCP'
    const isIpv6 = choices.hasIpv6 && drawn.isIpv6
    const made = world.targetGroup(provider, name, port, {
      protocol,
      ipAddressType: isIpv6 ? 'ipv6' : 'ipv4',
      attributes: {
        ...(drawn.preservesClientIp !== null && isTcp
          ? { 'preserve_client_ip.enabled': String(drawn.preservesClientIp) }
          : {}),
        ...(drawn.crossZone === null ? {} : { 'load_balancing.cross_zone.enabled': String(drawn.crossZone) }),
        ...(drawn.minimumHealthy === null
          ? {}
          : {
              'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': String(drawn.minimumHealthy),
            }),
      },
    })
    for (const { instance, isDraining, health: told } of drawn.targets) {
      const on = running[0]?.[instance]
      if (!on) throw new Error('every target is on an instance of the provider')
      const target = world.target(made, on, slot++, {
        ...(isDraining ? { state: 'draining' } : {}),
        ...(isIpv6 ? { ip: ipv6Of(on.privateIp) } : {}),
      })
      for (const [index, node] of nodesWithGroups.entries()) {
        const state = told[lb.zones[index] ?? 0]
        if (state && state !== 'initial') health.set(healthCheckKey(node, target), state)
      }
    }
    return made
  }
  const tcp = group('tcp', 'TCP', targetPorts.tcp, choices.targetGroups.tcp)
  const other = group('other', 'TCP', targetPorts.tcp, choices.targetGroups.other)
  const [weight = 1, otherWeight = 0] = choices.weights
  world.listener(loadBalancer, tcp, listenerPorts.tcp, {
    weightedTargetGroups: [
      { targetGroupArn: tcp.targetGroupArn, weight },
      { targetGroupArn: other.targetGroupArn, weight: otherWeight },
    ],
  })
  const udp = group('udp', 'UDP', targetPorts.udp, choices.targetGroups.udp)
  world.listener(loadBalancer, udp, listenerPorts.udp, { protocol: 'UDP' })
  const both = group('both', 'TCP_UDP', targetPorts.both, choices.targetGroups.both)
  world.listener(loadBalancer, both, listenerPorts.both, { protocol: 'TCP_UDP' })

  const endpointIps = ['10.0.1.50', '10.0.2.50'] as const
  world.endpoint(
    world.service(loadBalancer),
    choices.endpoint.zones.map((zone) => ({ subnet: away.subnets[zone] as Subnet, ip: endpointIps[zone] as string })),
    choices.endpoint.groups.map((index) => groupsOf.get(consumer)?.[index] as SecurityGroup),
    { state: choices.endpoint.state },
  )
  if (choices.hasIpv6) world.giveIpv6(consumer, ipv6BlockNumber)
  const [one, two] = addresses
  const attempts = [
    ...attemptsOf('p1', two, nodeIps),
    ...attemptsOf('p2', one, nodeIps),
    ...attemptsOf('c1', two, endpointIps),
    ...attemptsOf('c2', one, endpointIps),
  ]
  const relayedPorts = new Set([
    ...([tcp, other].every(({ ipAddressType }) => ipAddressType === 'ipv4') ? [listenerPorts.tcp] : []),
    ...(both.ipAddressType === 'ipv4' ? [listenerPorts.both] : []),
  ])
  return {
    snapshot: world.snapshot(),
    health,
    instances,
    attempts: choices.hasIpv6 ? [...attempts, ...ipv6AttemptsOf(attempts, relayedPorts)] : attempts,
  }
}

interface Place {
  readonly vpc: Vpc
  readonly subnets: readonly [Subnet, Subnet]
}

function rulesOf(vpc: Vpc, drawn: VpcChoices['groups'][number]): Partial<SecurityGroupRule>[] {
  const everything = (isEgress: boolean): Partial<SecurityGroupRule>[] =>
    [{ cidrIpv4: '0.0.0.0/0' }, { cidrIpv6: '::/0' }].map((peer) => ({
      ...{ isEgress, ipProtocol: '-1', fromPort: -1, toPort: -1 },
      ...peer,
    }))
  return [
    ...(drawn.opensIngress ? everything(false) : []),
    ...(drawn.opensEgress > 0 ? everything(true) : []),
    ...drawn.rules.map(({ isEgress, ipProtocol, ports, peer }) => ({
      isEgress,
      ipProtocol,
      fromPort: ipProtocol === '-1' ? -1 : Math.max(ports.from, 0),
      toPort: ipProtocol === '-1' ? -1 : ports.to < 0 ? 65535 : ports.to,
      ...(typeof peer === 'number'
        ? { referencedGroupId: idFor('sg', `${vpc.vpcId}g${peer}`) }
        : peer.includes(':')
          ? { cidrIpv6: peer }
          : { cidrIpv4: peer }),
    })),
  ]
}

function putAcl(world: World, { vpc, subnets }: Place, index: number, drawn: AclChoices): void {
  const networkAclId = idFor('acl', `${vpc.vpcId}${index}`)
  const rest = (egress: boolean): NetworkAclEntry[] =>
    [{ cidrBlock: '0.0.0.0/0' }, { ipv6CidrBlock: '::/0' }].map((block, i) => ({
      ...{ ruleNumber: 30_000 + i, egress, ruleAction: 'allow' as const, protocol: '-1' },
      ...block,
    }))
  const entries = drawn.entries.map(
    ({ ports, protocol, block, ...entry }, number): NetworkAclEntry => ({
      ...entry,
      ...(block.includes(':') ? { ipv6CidrBlock: block } : { cidrBlock: block }),
      protocol,
      ruleNumber: 100 + number,
      ruleAction: entry.ruleAction === 'deny' ? 'deny' : 'allow',
      ...(protocol === '-1' || ports.from < 0 ? {} : { ports }),
    }),
  )
  world.put('network-acl', {
    networkAclId,
    vpcId: vpc.vpcId,
    ownerId: vpc.ownerId,
    region: vpc.region,
    isDefault: false,
    entries: [
      ...entries,
      ...(drawn.allowsTheRest === 'both' || drawn.allowsTheRest === 'in' ? rest(false) : []),
      ...(drawn.allowsTheRest === 'both' || drawn.allowsTheRest === 'out' ? rest(true) : []),
    ],
    associations: [{ associationId: idFor('aclassoc', networkAclId), subnetId: subnets[index === 0 ? 0 : 1].subnetId }],
    tags: [],
  })
}
