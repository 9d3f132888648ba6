/**
 * Which targets a load balancer's node uses, and how it checks them.
 *
 * Source: reference 2.3-2.5. A node uses the targets of its own zone, or of every zone with cross-zone balancing. While
 * enough of them are healthy (one, unless an attribute says otherwise) only healthy ones get new connections; when fewer
 * are, all of them do (fail open).
 */
import type { Listener, LoadBalancer, LoadBalancerZone } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import type { SecurityGroupRule } from '../resource/security-group.ts'
import { type Target, type TargetGroup, targetGroupAttribute } from '../resource/target-group.ts'
import { addressOf, beforePort, fabricAddressOf, familyOf, named } from './family.ts'
import { set, vpcNetns } from './names.ts'
import { elementObject } from './object.ts'
import type { Fragment, HealthCheck, HealthState, HealthView } from './program.ts'
import { admits } from './security-group.ts'
import type { Topology } from './topology.ts'

/** The group's own setting wins over the load balancer's, but for groups of type `alb`. */
export function isCrossZone(loadBalancer: LoadBalancer, group: TargetGroup): boolean {
  const inherited = 'use_load_balancer_configuration'
  const own = (group.targetType !== 'alb' && group.attributes['load_balancing.cross_zone.enabled']) || inherited
  const effective = own === inherited ? (loadBalancer.attributes['load_balancing.cross_zone.enabled'] ?? 'false') : own
  return effective === 'true'
}

/** The registered targets that a node may send to, healthy or not. Draining ones get no new connection. */
export function usableTargets(
  loadBalancer: LoadBalancer,
  zone: LoadBalancerZone,
  group: TargetGroup,
  targets: readonly Target[],
): Target[] {
  // Never beyond the zones that the load balancer is in: targets elsewhere are `unused`.
  const zones = isCrossZone(loadBalancer, group) ? loadBalancer.zones : [zone]
  return targets.filter(
    (target) =>
      target.state === 'registered' &&
      (target.availabilityZone === 'all' ||
        zones.some(({ availabilityZone }) => availabilityZone === target.availabilityZone)),
  )
}

export const healthCheckKey = (node: NetworkInterface, target: Target): string =>
  `${node.networkInterfaceId}|${target.targetKey}`

export function healthOf(health: HealthView, node: NetworkInterface, target: Target): HealthState {
  return health.get(healthCheckKey(node, target)) ?? 'initial'
}

/** What is done about too few healthy targets: the zone leaves DNS, or all targets get connections. */
export type FailoverAction = 'dns_failover' | 'unhealthy_state_routing'

/** Whether a node has fewer healthy targets than the action's count or percentage asks for; the stricter one decides. */
export function hasTooFew(group: TargetGroup, action: FailoverAction, healthy: number, usable: number): boolean {
  const least = (unit: 'count' | 'percentage'): number => {
    const value = targetGroupAttribute(group, `target_group_health.${action}.minimum_healthy_targets.${unit}`)
    return value === undefined || value === 'off' ? 0 : Number(value)
  }
  return healthy < least('count') || healthy * 100 < least('percentage') * usable
}

export const healthyAmong = (
  usable: readonly Target[],
  node: NetworkInterface,
  health: HealthView,
): readonly Target[] => usable.filter((target) => healthOf(health, node, target) === 'healthy')

/** The targets that get the node's new connections now. */
export function chosenTargets(
  usable: readonly Target[],
  node: NetworkInterface,
  group: TargetGroup,
  health: HealthView,
): readonly Target[] {
  const healthy = healthyAmong(usable, node, health)
  return healthy.length === 0 || hasTooFew(group, 'unhealthy_state_routing', healthy.length, usable.length)
    ? usable
    : healthy
}

/** What security groups say of a node and a target. */
export interface Reach {
  /** The load balancer's own groups let it send there; without groups they do. */
  readonly isSent: boolean
  /** The target's groups let the node in. An address without interface has no groups to ask. */
  readonly isAdmitted: boolean
  /** They do because a rule names a group of the load balancer's, so they let in clients whose address it preserves. */
  readonly isAdmittedByGroup: boolean
}

export function reachOf(
  topology: Topology,
  loadBalancer: LoadBalancer,
  node: NetworkInterface,
  target: Target,
  protocol: 'tcp' | 'udp',
  port: number,
): Reach {
  const eni = topology.interfaceAt(target.vpcId, target.ip)
  const groupIds = loadBalancer.securityGroupIds
  const rulesOf = (ids: readonly string[]): SecurityGroupRule[] =>
    ids.flatMap((groupId) => topology.rulesByGroup.get(groupId) ?? [])
  const toTarget = { protocol, port, peerIp: target.ip, peerGroupIds: eni?.groupIds ?? [] }
  const isSent = groupIds.length === 0 || admits('out', rulesOf(groupIds), toTarget, topology.prefixLists)
  // A load balancer without groups lets everybody in.
  const isUnguarded = !eni || (eni.interfaceType === 'network_load_balancer' && eni.groupIds.length === 0)
  if (isUnguarded) return { isSent, isAdmitted: true, isAdmittedByGroup: false }
  const rules = rulesOf(eni.groupIds)
  const peerIp = addressOf(node, familyOf(target.ip)) ?? node.privateIp
  const fromNode = { protocol, port, peerIp, peerGroupIds: groupIds }
  const naming = rules.filter((rule) => rule.referencedGroupId !== undefined)
  const isAdmittedByGroup = groupIds.length > 0 && naming.length > 0 && admits('in', naming, fromNode)
  return {
    isSent,
    isAdmitted: isAdmittedByGroup || admits('in', rules, fromNode, topology.prefixLists),
    isAdmittedByGroup,
  }
}

/**
 * The node of another load balancer that a target of type `alb` is the address of: connections go on to its listener.
 */
export function nodeAt(topology: Topology, group: TargetGroup, target: Target): NetworkInterface | undefined {
  if (group.targetType !== 'alb') return undefined
  const eni = topology.interfaceAt(target.vpcId, target.ip)
  return eni?.interfaceType === 'network_load_balancer' ? eni : undefined
}

/** How long connections to a target that turned unhealthy live on, where they are not cut at once (reference 2.3). */
export function unhealthyDrainingSeconds(group: TargetGroup): number {
  return Number(targetGroupAttribute(group, 'target_health_state.unhealthy.draining_interval_seconds') ?? 0)
}

function healthPortOf(group: TargetGroup, target: Target): number {
  return group.healthCheck.port === 'traffic-port' ? target.port : Number(group.healthCheck.port)
}

/**
 * The checks that one node makes of one group's targets.
 *
 * The agent stands in the fabric and cannot name a target: it connects to the node's fabric address at the target's
 * slot, from its own address, and the VPC's kernel stage leads that to the target under the node's private address.
 * A target that groups keep the node from has no element, so its check ends in a timeout, as on AWS. One that is another
 * load balancer's node is asked at that node's own fabric address.
 */
export function compileHealthChecks(
  name: string,
  topology: Topology,
  loadBalancer: LoadBalancer,
  node: NetworkInterface,
  listener: Listener,
  group: TargetGroup,
  usable: readonly Target[],
): { readonly fragment: Fragment; readonly checks: readonly HealthCheck[] } {
  const settings = group.healthCheck
  const drainingMs = unhealthyDrainingSeconds(group) * 1000
  /** From a node that has lost the family of its targets nothing is checked, nor sent. */
  const places = usable.flatMap((target) => {
    const family = familyOf(target.ip)
    const ip = addressOf(node, family)
    const connectIp = fabricAddressOf(node, family)
    if (ip === undefined || connectIp === undefined) return []
    const other = nodeAt(topology, group, target)
    const otherIp = other && fabricAddressOf(other, family)
    const connect =
      otherIp === undefined
        ? { connectIp, connectPort: target.healthSlot }
        : { connectIp: otherIp, connectPort: healthPortOf(group, target) }
    return [{ target, family, ip, connect, isNode: other !== undefined }]
  })
  return {
    fragment: places
      .filter(({ target, isNode }) => {
        const port = healthPortOf(group, target)
        const { isSent, isAdmitted } = reachOf(topology, loadBalancer, node, target, 'tcp', port)
        return isSent && isAdmitted && !isNode
      })
      .map(({ target, family, connect }) =>
        elementObject(
          vpcNetns(name, node.vpcId),
          named(family, set.healthTargets),
          `${connect.connectIp} . ${target.healthSlot}`,
          `${target.ip} . ${healthPortOf(group, target)}`,
        ),
      ),
    checks: places.map(({ target, ip, connect }) => ({
      key: healthCheckKey(node, target),
      targetKey: target.targetKey,
      protocol: settings.protocol,
      ...connect,
      httpHost: `${beforePort(ip)}:${listener.port}`,
      path: settings.path ?? '/',
      matcherHttpCode: settings.matcherHttpCode ?? '200-399',
      intervalMs: settings.intervalSeconds * 1000,
      timeoutMs: settings.timeoutSeconds * 1000,
      healthyThresholdCount: settings.healthyThresholdCount,
      unhealthyThresholdCount: settings.unhealthyThresholdCount,
      ...(drainingMs > 0 ? { drainingMs } : {}),
      ...(group.attributes['proxy_protocol_v2.enabled'] === 'true' ? { proxyHeader: true } : {}),
    })),
  }
}
