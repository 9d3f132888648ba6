import type { Action, ForwardActionConfig } from '@aws-sdk/client-elastic-load-balancing-v2'
import {
  forwardedGroups,
  type Listener,
  type LoadBalancer,
  type WeightedTargetGroup,
} from '../../resource/load-balancer.ts'
import { type TargetGroup, targetKeyOf } from '../../resource/target-group.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { maxTargetGroupsPerAction } from './limits.ts'
import { isTarget } from './load-balancer-chain.ts'
import { checkUdpOnDualstack } from './load-balancer-nodes.ts'
import { findTargetGroup, loadBalancerArnsOf } from './target-group.ts'

/** The default action of a listener: to which target groups it forwards, and with which weights. */

/** What a listener stores of its default action. */
export type Forward = Pick<Listener, 'targetGroupArn' | 'weightedTargetGroups'>

/** Listener protocol → the protocols of the target groups it can use (NLB guide, "Target groups": routing configuration). */
const groupProtocols: Readonly<Record<Listener['protocol'], readonly TargetGroup['protocol'][]>> = {
  TCP: ['TCP', 'TCP_UDP'],
  TLS: ['TCP', 'TLS'],
  UDP: ['UDP', 'TCP_UDP'],
  TCP_UDP: ['TCP_UDP'],
}

/**
 * The default action of a request, its target groups checked against the listener that is to use them: the caller's, of
 * the load balancer's VPC, of a protocol that fits, and used by no other load balancer.
 */
export function parseDefaultActions(
  ctx: OperationContext,
  actions: readonly Action[] | undefined,
  listener: { readonly loadBalancer: LoadBalancer; readonly protocol: Listener['protocol'] },
): Forward {
  const [action, ...others] = actions ?? []
  if (!action || others.length > 0) {
    throw errors.validationError('Exactly one default action must be specified for a listener')
  }
  if (action.Type !== 'forward') {
    throw errors.invalidLoadBalancerAction(
      `The action type '${action.Type}' is not valid with network load balancers; use 'forward'`,
    )
  }
  const forward = parseForward(action)
  const groups = forwardedGroups(forward).map(({ targetGroupArn }) => checkGroup(ctx, targetGroupArn, listener))
  // The listener either encrypts again towards its targets or does not.
  if (listener.protocol === 'TLS' && new Set(groups.map((group) => group.protocol)).size > 1) {
    throw errors.invalidConfigurationRequest('The target groups of a TLS listener must all have the same protocol')
  }
  return forward
}

function parseForward({ TargetGroupArn: single, ForwardConfig: config }: Action): Forward {
  const groups = (config?.TargetGroups ?? []).map(({ TargetGroupArn = '', Weight }) => ({
    targetGroupArn: TargetGroupArn,
    weight: Weight,
  }))
  checkStickiness(config)
  if (single !== undefined && groups.some(({ targetGroupArn }) => targetGroupArn !== single)) {
    throw errors.validationError(
      'A target group ARN and a forward config can be specified together only when both name the same target group',
    )
  }
  const [first = single === undefined ? undefined : { targetGroupArn: single, weight: undefined }] = groups
  if (!first) throw errors.validationError('A target group ARN must be specified')
  if (groups.length > maxTargetGroupsPerAction) {
    throw errors.invalidLoadBalancerAction(
      `A forward action cannot have more than ${maxTargetGroupsPerAction} target groups`,
    )
  }
  if (new Set(groups.map(({ targetGroupArn }) => targetGroupArn)).size < groups.length) {
    throw errors.validationError('A target group can be specified only once in a forward action')
  }
  const { targetGroupArn } = first
  if (groups.length < 2 && first.weight === undefined) return { targetGroupArn }
  return { targetGroupArn, weightedTargetGroups: groups.map(parseWeight) }
}

function parseWeight({
  targetGroupArn,
  weight = 1,
}: {
  readonly targetGroupArn: string
  readonly weight: number | undefined
}): WeightedTargetGroup {
  if (!Number.isInteger(weight) || weight < 0 || weight > 999) {
    throw errors.constraintViolated(
      weight,
      'defaultActions.forwardConfig.targetGroups.weight',
      'Member must have value between 0 and 999',
    )
  }
  return { targetGroupArn, weight }
}

function checkStickiness(config: ForwardActionConfig | undefined): void {
  const stickiness = config?.TargetGroupStickinessConfig
  if (stickiness?.Enabled !== true && stickiness?.DurationSeconds === undefined) return
  throw errors.invalidConfigurationRequest(
    "Target group stickiness is not supported for listeners of load balancers with type 'network'",
  )
}

function checkGroup(
  ctx: OperationContext,
  arn: string,
  { loadBalancer, protocol }: { readonly loadBalancer: LoadBalancer; readonly protocol: Listener['protocol'] },
): TargetGroup {
  const group = findTargetGroup(ctx, arn)
  if (group.vpcId !== loadBalancer.vpcId) {
    throw errors.invalidConfigurationRequest(
      `The target group '${arn}' and the load balancer '${loadBalancer.loadBalancerArn}' must be in the same VPC`,
    )
  }
  if (!groupProtocols[protocol].includes(group.protocol)) {
    throw errors.incompatibleProtocols(arn, protocol, group.protocol)
  }
  if (group.targetType === 'alb' && protocol !== 'TCP') throw errors.incompatibleProtocols(arn, protocol, 'alb')
  if (group.targetType === 'alb' && isTarget(ctx, loadBalancer.loadBalancerArn)) {
    throw errors.invalidConfigurationRequest(
      `The load balancer '${loadBalancer.loadBalancerArn}' is a target itself and cannot forward to the target group '${arn}' with target type 'alb'`,
    )
  }
  if (ctx.tx.get('target', targetKeyOf(arn, loadBalancer.loadBalancerArn, group.port))) {
    throw errors.invalidConfigurationRequest(
      `The load balancer '${loadBalancer.loadBalancerArn}' cannot forward to itself by the target group '${arn}'`,
    )
  }
  if (protocol === 'TLS' && group.attributes['stickiness.enabled'] === 'true') throw errors.stickinessWithTls()
  if (group.ipAddressType === 'ipv6' && loadBalancer.ipAddressType !== 'dualstack') {
    throw errors.invalidConfigurationRequest(
      `The target group '${arn}' has the IP address type 'ipv6', which needs a load balancer with the IP address type 'dualstack'`,
    )
  }
  if (group.ipAddressType === 'ipv6' && protocol === 'TLS') {
    throw errors.invalidConfigurationRequest(
      `TLS listeners do not support the target group '${arn}' with the IP address type 'ipv6' in this installation; use 'ipv4'`,
    )
  }
  checkUdpOnDualstack(ctx, loadBalancer, protocol)
  if (loadBalancerArnsOf(ctx, arn).some((other) => other !== loadBalancer.loadBalancerArn)) {
    throw errors.targetGroupAssociationLimit(arn)
  }
  return group
}

/** Whether two actions are the same; the order of the groups does not count. */
export function isSameForward(one: Forward, other: Forward): boolean {
  const text = (forward: Forward) =>
    forwardedGroups(forward)
      .map(({ targetGroupArn, weight }) => `${targetGroupArn} ${weight}`)
      .sort()
      .join()
  return text(one) === text(other)
}

/** A default action as AWS shows it: `TargetGroupArn` stands there only where one group does. */
export function describeDefaultActions(forward: Forward): Action[] {
  const { targetGroupArn, weightedTargetGroups: weighted } = forward
  const isSingle = weighted === undefined || weighted.length === 1
  return [
    {
      Type: 'forward',
      ...(isSingle && { TargetGroupArn: targetGroupArn }),
      Order: 1,
      ForwardConfig: {
        TargetGroups: weighted?.map((group) => ({
          TargetGroupArn: group.targetGroupArn,
          Weight: group.weight,
        })) ?? [{ TargetGroupArn: targetGroupArn }],
        TargetGroupStickinessConfig: { Enabled: false },
      },
    },
  ]
}
