import { forwardedGroups, type LoadBalancer } from '../../resource/load-balancer.ts'
import type { TargetGroup } from '../../resource/target-group.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { isVisible } from './load-balancer.ts'
import { loadBalancerArnsOf } from './target-group.ts'

/**
 * A network load balancer as the target of another (docs/decisions/0011).
 *
 * Connections go on from the first one's listener to the second one's, so the second must not lead further to a load balancer:
 * a chain of two cannot become a circle, and the kernel would refuse one.
 */

/**
 * The address by which a load balancer is reached as a target: that of its first zone's node.
 *
 * @throws InvalidTarget
 */
export function nodeAddressOf(ctx: OperationContext, group: TargetGroup, arn: string): string {
  const { tx } = ctx
  const loadBalancer = tx.get('load-balancer', arn)
  if (!loadBalancer || !isVisible(ctx, loadBalancer)) throw errors.invalidTarget(`Load balancer '${arn}' not found`)
  if (loadBalancer.vpcId !== group.vpcId) throw errors.targetsNotInVpc([arn], group.vpcId)
  const listeners = tx.by('listener', 'loadBalancerArn', arn)
  const listens = listeners.some(
    ({ port, protocol }) => port === group.port && (protocol === 'TCP' || protocol === 'TCP_UDP'),
  )
  if (!listens) {
    throw errors.invalidTarget(`The load balancer '${arn}' must have a TCP listener on port '${group.port}'`)
  }
  const leadsOn = listeners
    .flatMap(forwardedGroups)
    .some(({ targetGroupArn }) => tx.get('target-group', targetGroupArn)?.targetType === 'alb')
  const users = loadBalancerArnsOf(ctx, group.targetGroupArn)
  if (leadsOn || users.includes(arn) || users.some((user) => isTarget(ctx, user)))
    throw errors.chainOfLoadBalancers(arn)
  const [zone] = loadBalancer.zones
  const node = tx.get('network-interface', zone?.networkInterfaceId)
  if (!node) throw new Error(`load balancer ${arn} has no node`)
  return node.privateIp
}

/** Whether a load balancer is registered as a target of another. */
export function isTarget({ tx }: OperationContext, loadBalancerArn: string): boolean {
  return tx.countBy('target', 'id', loadBalancerArn) > 0
}

/** Whether one of these nodes is the address under which the load balancer is a target. */
export function areTargets(
  { tx }: OperationContext,
  { loadBalancerArn }: LoadBalancer,
  networkInterfaceIds: readonly string[],
): boolean {
  const addresses = networkInterfaceIds.map((id) => tx.get('network-interface', id)?.privateIp)
  return tx.by('target', 'id', loadBalancerArn).some(({ ip }) => addresses.includes(ip))
}
