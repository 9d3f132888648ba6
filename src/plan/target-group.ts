/**
 * Which targets a load balancer's node uses, and how it checks them.
 *
 * Source: reference 2.3-2.5. A node uses the targets of its own zone, or of every zone with cross-zone balancing. While
 * one of them is healthy only healthy ones get new connections; when none is, all of them do (fail open).
 */
import type { Listener, LoadBalancer, LoadBalancerZone } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import type { SecurityGroupRule } from '../resource/security-group.ts'
import type { Target, TargetGroup } from '../resource/target-group.ts'
import { set, vpcNetns } from './names.ts'
import { elementObject } from './object.ts'
import type { Fragment, HealthCheck, HealthState, HealthView } from './program.ts'
import { admits } from './security-group.ts'
import { addressKey, type Topology } from './topology.ts'

/** The group's own setting wins over the load balancer's. */
export function isCrossZone(loadBalancer: LoadBalancer, group: TargetGroup): boolean {
  const own = group.attributes['load_balancing.cross_zone.enabled'] ?? 'use_load_balancer_configuration'
  const effective =
    own === 'use_load_balancer_configuration'
      ? (loadBalancer.attributes['load_balancing.cross_zone.enabled'] ?? 'false')
      : own
  return effective === 'true'
}

/** The registered targets that a node may send to, healthy or not. Draining ones get no new connection. */
export function usableTargets(
  loadBalancer: LoadBalancer,
  zone: LoadBalancerZone,
  group: TargetGroup,
  targets: readonly Target[],
): Target[] {
  const crossZone = isCrossZone(loadBalancer, group)
  return targets.filter(
    (target) =>
      target.state === 'registered' &&
      (crossZone || target.availabilityZone === zone.availabilityZone || target.availabilityZone === 'all'),
  )
}

export const healthCheckKey = (node: NetworkInterface, target: Target): string =>
  `${node.networkInterfaceId}|${target.targetKey}`

export function healthOf(health: HealthView, node: NetworkInterface, target: Target): HealthState {
  return health.get(healthCheckKey(node, target)) ?? 'initial'
}

/** The targets that get the node's new connections now. */
export function chosenTargets(
  usable: readonly Target[],
  node: NetworkInterface,
  health: HealthView,
): readonly Target[] {
  const healthy = usable.filter((target) => healthOf(health, node, target) === 'healthy')
  return healthy.length > 0 ? healthy : usable
}

/** Whether the target's security groups let the node in. An address without interface has no groups to ask. */
export function nodeMayReach(
  topology: Topology,
  node: NetworkInterface,
  target: Target,
  protocol: 'tcp' | 'udp',
  port: number,
): boolean {
  const eni = topology.interfacesByAddress.get(addressKey(target.vpcId, target.ip))
  if (!eni) return true
  const rules: SecurityGroupRule[] = eni.groupIds.flatMap((groupId) => topology.rulesByGroup.get(groupId) ?? [])
  return admits('in', rules, { protocol, port, peerIp: node.privateIp, peerGroupIds: node.groupIds })
}

function healthPortOf(group: TargetGroup, target: Target): number {
  return group.healthCheck.port === 'traffic-port' ? target.port : Number(group.healthCheck.port)
}

/**
 * The checks that one node makes of one group's targets.
 *
 * The agent stands in the fabric and cannot name a target: it connects to the node's fabric address at the target's
 * slot, from its own address, and the VPC's kernel stage leads that to the target under the node's private address.
 * A target whose groups do not let the node in has no element, so its check ends in a timeout, as on AWS.
 */
export function compileHealthChecks(
  name: string,
  topology: Topology,
  node: NetworkInterface,
  listener: Listener,
  group: TargetGroup,
  usable: readonly Target[],
): { readonly fragment: Fragment; readonly checks: readonly HealthCheck[] } {
  if (!node.fabricIp) return { fragment: [], checks: [] }
  const connectIp = node.fabricIp
  const settings = group.healthCheck
  return {
    fragment: usable
      .filter((target) => nodeMayReach(topology, node, target, 'tcp', healthPortOf(group, target)))
      .map((target) =>
        elementObject(
          vpcNetns(name, node.vpcId),
          set.healthTargets,
          `${connectIp} . ${target.healthSlot}`,
          `${target.ip} . ${healthPortOf(group, target)}`,
        ),
      ),
    checks: usable.map((target) => ({
      key: healthCheckKey(node, target),
      targetKey: target.targetKey,
      protocol: settings.protocol,
      connectIp,
      connectPort: target.healthSlot,
      httpHost: `${node.privateIp}:${listener.port}`,
      path: settings.path ?? '/',
      matcherHttpCode: settings.matcherHttpCode ?? '200-399',
      intervalMs: settings.intervalSeconds * 1000,
      timeoutMs: settings.timeoutSeconds * 1000,
      healthyThresholdCount: settings.healthyThresholdCount,
      unhealthyThresholdCount: settings.unhealthyThresholdCount,
    })),
  }
}
