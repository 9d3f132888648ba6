/**
 * What a listener's target groups come to on one node: who gets new connections, who keeps old ones, who loses them.
 */
import type { Listener, LoadBalancer, LoadBalancerZone } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import { type Target, type TargetGroup, targetGroupAttribute } from '../resource/target-group.ts'
import { familyOf, named } from './family.ts'
import type { ChosenTarget, Share } from './load-balancer.ts'
import { listenerChain } from './names.ts'
import type { HealthView } from './program.ts'
import {
  chosenTargets,
  healthOf,
  healthyAmong,
  nodeAt,
  reachOf,
  unhealthyDrainingSeconds,
  usableTargets,
} from './target-group.ts'
import type { Topology } from './topology.ts'

/** One group of one listener at one node, for one protocol. */
export interface ListenerPlace {
  readonly loadBalancer: LoadBalancer
  readonly zone: LoadBalancerZone
  readonly node: NetworkInterface
  readonly listener: Listener
  readonly protocol: 'tcp' | 'udp'
  readonly group: TargetGroup
  readonly weight: number
  readonly targets: readonly Target[]
}

export function shareOf(topology: Topology, health: HealthView, place: ListenerPlace): Share {
  const { loadBalancer, zone, node, group, targets } = place
  const usable = usableTargets(loadBalancer, zone, group, targets)
  return {
    group,
    weight: place.weight,
    chosen: chosenTargets(usable, node, group, health).map((target) => choiceOf(topology, place, target)),
    draining: targets.filter((target) => target.state === 'draining' && !target.terminating),
    terminated: terminatedTargets(group, node, targets, health),
  }
}

function choiceOf(
  topology: Topology,
  { loadBalancer, node, protocol, group }: ListenerPlace,
  target: Target,
): ChosenTarget {
  const { isSent, isAdmitted, isAdmittedByGroup } = reachOf(topology, loadBalancer, node, target, protocol, target.port)
  const other = nodeAt(topology, group, target)
  return {
    target,
    refusedBy: !isSent ? 'node' : isAdmitted ? undefined : 'target',
    isAdmittedByGroup,
    goesOnTo: other && goesOnTo(topology, node, other, protocol, target),
  }
}

/** The chain of the other node's listener, when it has one there and does not lead back here at once. */
function goesOnTo(
  topology: Topology,
  node: NetworkInterface,
  other: NetworkInterface,
  protocol: 'tcp' | 'udp',
  { ip, port }: Target,
): string | undefined {
  const listeners = topology.listenersByLoadBalancer.get(other.loadBalancerArn ?? '') ?? []
  const isListening = listeners.some(
    (each) => each.port === port && (each.protocol === 'TCP_UDP' || each.protocol === protocol.toUpperCase()),
  )
  return isListening && other.loadBalancerArn !== node.loadBalancerArn
    ? named(familyOf(ip), listenerChain(other.networkInterfaceId, protocol, port))
    : undefined
}

/**
 * Targets whose connections end: those that turned unhealthy, at once or after an interval, unless the group lets them be; those at the end of their
 * deregistration delay, where the group asks for it (control/target-group.ts marks them).
 */
function terminatedTargets(
  group: TargetGroup,
  node: NetworkInterface,
  targets: readonly Target[],
  health: HealthView,
): readonly Target[] {
  const cutsUnhealthy =
    targetGroupAttribute(group, 'target_health_state.unhealthy.connection_termination.enabled') === 'true' ||
    unhealthyDrainingSeconds(group) > 0
  return targets.filter((target) =>
    target.state === 'registered'
      ? cutsUnhealthy && healthOf(health, node, target) === 'unhealthy'
      : target.terminating === true,
  )
}

/**
 * Shares of groups that have nothing healthy count for nothing while another group has something: their weight goes to the
 * others.
 */
export function sharesAmongHealthy(
  shares: readonly Share[],
  node: NetworkInterface,
  health: HealthView,
): readonly Share[] {
  if (shares.length < 2) return shares
  const isWell = ({ weight, chosen }: Share): boolean =>
    weight > 0 &&
    healthyAmong(
      chosen.map(({ target }) => target),
      node,
      health,
    ).length > 0
  if (!shares.some(isWell)) return shares
  return shares.map((share) => (isWell(share) ? share : { ...share, weight: 0 }))
}
