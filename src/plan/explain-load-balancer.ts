/**
 * Which listener of a load balancer hears a connection, and which targets a node may give it to: a second reading of the
 * reference, beside load-balancer.ts and target-group.ts.
 */
import { forwardedGroups, type Listener, type LoadBalancer } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import { type Target, type TargetGroup, targetGroupAttribute } from '../resource/target-group.ts'
import { ownerOf, passes, refuses } from './explain-filter.ts'
import type { ListenerStep, TargetChoice } from './explanation.ts'
import { type Family, ipv4 } from './family.ts'
import type { HealthState, HealthView } from './program.ts'
import type { Topology } from './topology.ts'

const listenerProtocols: { readonly [P in 'tcp' | 'udp']: readonly string[] } = {
  tcp: ['TCP', 'TCP_UDP', 'TLS'],
  udp: ['UDP', 'TCP_UDP'],
}

type Dialled = Pick<ListenerStep, 'protocol' | 'port'>

export function listenerOf(
  topology: Topology,
  { loadBalancerArn }: LoadBalancer,
  { port, protocol }: Dialled,
): Listener | undefined {
  return (topology.listenersByLoadBalancer.get(loadBalancerArn) ?? []).find(
    (listener) => listener.port === port && listenerProtocols[protocol].includes(listener.protocol),
  )
}

export function listenerStep(
  topology: Topology,
  loadBalancer: LoadBalancer,
  listener: Listener | undefined,
  { protocol, port }: Dialled,
): ListenerStep {
  const { loadBalancerArn } = loadBalancer
  const asked = { step: 'listener', ...ownerOf(loadBalancer), loadBalancerArn, protocol, port } as const
  if (listener) {
    const { listenerArn, protocol: listenerProtocol } = listener
    return {
      ...asked,
      ...passes,
      listenerArn,
      listenerProtocol,
      ...(isRelayed(topology, listener) && { isRelayed: true }),
    }
  }
  const listeners = topology.listenersByLoadBalancer.get(loadBalancerArn) ?? []
  const others = listeners.map((each) => ({ protocol: each.protocol, port: each.port }))
  // AWS lets a group have one load balancer: its own groups first, then those that nobody forwards to.
  const own = new Set(listeners.flatMap((each) => forwardedGroups(each).map(({ targetGroupArn }) => targetGroupArn)))
  const taken = new Set(
    [...topology.listenersByLoadBalancer.values()]
      .flat()
      .flatMap((each) => forwardedGroups(each).map(({ targetGroupArn }) => targetGroupArn)),
  )
  // A TLS listener would need a certificate that we cannot choose.
  const groups = [...topology.targetGroups.values()].filter(
    (group) =>
      group.vpcId === loadBalancer.vpcId &&
      group.protocol !== 'TLS' &&
      listenerProtocols[protocol].includes(group.protocol),
  )
  const group =
    groups.find(({ targetGroupArn }) => own.has(targetGroupArn)) ??
    groups.find(({ targetGroupArn }) => !taken.has(targetGroupArn))
  const targetGroup = group && { targetGroupArn: group.targetGroupArn, protocol: group.protocol }
  return { ...asked, ...refuses, others, ...(targetGroup && { targetGroup }) }
}

/** Whether a process of ours carries it and not the kernel: to end TLS, or to write a header. */
export function isRelayed(topology: Topology, listener: Listener): boolean {
  if (listener.protocol !== 'TCP') return listener.protocol === 'TLS'
  return forwardedGroups(listener).some(
    ({ targetGroupArn }) =>
      topology.targetGroups.get(targetGroupArn)?.attributes['proxy_protocol_v2.enabled'] === 'true',
  )
}

interface Choices {
  /** Every group that the listener names, with all its targets, chosen or not. */
  readonly groups: readonly TargetChoice[]
  readonly chosen: readonly { readonly group: TargetGroup; readonly target: Target }[]
}

/** Of groups with weight, healthy targets before all, fail open. */
export function targetChoices(
  topology: Topology,
  health: HealthView,
  loadBalancer: LoadBalancer,
  node: NetworkInterface,
  listener: Listener,
  family: Family,
): Choices {
  const shares = forwardedGroups(listener).flatMap(({ targetGroupArn, weight }) => {
    const group = topology.targetGroups.get(targetGroupArn)
    if (!group) return []
    const targets = topology.targetsByGroup.get(group.targetGroupArn) ?? []
    const usable = weight === 0 ? [] : usableTargets(loadBalancer, node, group, targets)
    const healthy = usable.filter((target) => healthOf(health, node, target) === 'healthy')
    const isFailOpen = usable.length > 0 && !hasEnough(group, healthy, usable)
    return [{ group, weight, targets, healthy, isFailOpen, candidates: isFailOpen ? usable : healthy }]
  })
  const weighty = shares.filter(({ weight }) => weight > 0)
  const well = weighty.filter(({ healthy }) => healthy.length > 0)
  const used = weighty.length > 1 && well.length > 0 ? well : weighty
  // A target has one address, and what comes to it is of that family; the relay is for IPv4 targets.
  const reached = used.filter(
    ({ group }) => group.ipAddressType === family.name && (family === ipv4 || !isRelayed(topology, listener)),
  )
  const chosen = reached.flatMap(({ group, candidates }) => candidates.map((target) => ({ group, target })))
  const chosenTargets = new Set(chosen.map(({ target }) => target))
  const groups = shares.map(({ group, weight, targets, isFailOpen }) => ({
    ...{ targetGroupArn: group.targetGroupArn, weight, isFailOpen },
    targets: targets.map((target) => ({
      ...{ id: target.id, port: target.port, availabilityZone: target.availabilityZone, state: target.state },
      ...{ health: healthOf(health, node, target), isChosen: chosenTargets.has(target) },
    })),
  }))
  return { groups, chosen }
}

function usableTargets(
  loadBalancer: LoadBalancer,
  node: NetworkInterface,
  group: TargetGroup,
  targets: readonly Target[],
): readonly Target[] {
  const own = group.attributes['load_balancing.cross_zone.enabled']
  const isCrossZone =
    (own === 'true' || own === 'false' ? own : loadBalancer.attributes['load_balancing.cross_zone.enabled']) === 'true'
  const zones = isCrossZone ? loadBalancer.zones : [node]
  return targets.filter(
    ({ state, availabilityZone }) =>
      state === 'registered' &&
      (availabilityZone === 'all' || zones.some((zone) => zone.availabilityZone === availabilityZone)),
  )
}

export function healthOf(health: HealthView, node: NetworkInterface, { targetKey }: Target): HealthState {
  return health.get(`${node.networkInterfaceId}|${targetKey}`) ?? 'initial'
}

/** Below the minimum of healthy targets a node sends to all of them (reference 2.3). */
function hasEnough(group: TargetGroup, healthy: readonly Target[], usable: readonly Target[]): boolean {
  const minimum = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets'
  const count = Number(targetGroupAttribute(group, `${minimum}.count`) ?? 1)
  const percentage = targetGroupAttribute(group, `${minimum}.percentage`) ?? 'off'
  if (healthy.length < Math.max(count, 1)) return false
  return percentage === 'off' || healthy.length * 100 >= usable.length * Number(percentage)
}

/** Defaults: reference 2.3. */
export function preservesClientIp(group: TargetGroup): boolean {
  const set = group.attributes['preserve_client_ip.enabled']
  if (set !== undefined) return set === 'true'
  return group.targetType !== 'ip' || group.protocol === 'UDP' || group.protocol === 'TCP_UDP'
}

/** IPv6 clients reach targets that have IPv4 only, over TCP (reference 7.1: as the node's address of the target's family). */
export const isCarriedAcross = ({ targetGroups }: Topology, listener: Listener): boolean =>
  listener.protocol !== 'UDP' &&
  !forwardedGroups(listener).some(({ targetGroupArn }) => targetGroups.get(targetGroupArn)?.ipAddressType === 'ipv6')
