import type { Action, Listener as WireListener } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Listener, LoadBalancer } from '../../resource/load-balancer.ts'
import type { TargetGroup } from '../../resource/target-group.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { isVisible } from './load-balancer.ts'
import { findTargetGroup, loadBalancerArnsOf } from './target-group.ts'

/** The caller's listener of this region. */
export function findListener(ctx: OperationContext, arn: string | undefined): Listener {
  if (!/^arn:aws:elasticloadbalancing:[^:]*:\d{12}:listener\/.+/.test(arn ?? '')) {
    throw errors.validationError(`'${arn ?? ''}' is not a valid listener ARN`)
  }
  const listener = ctx.tx.get('listener', arn)
  if (!listener || !isVisible(ctx, listener)) throw errors.listenerNotFound(arn ?? '')
  return listener
}

export function parseListenerProtocol(protocol: string | undefined): 'TCP' | 'UDP' {
  if (protocol === undefined) throw errors.validationError('A listener protocol must be specified')
  if (protocol === 'TCP' || protocol === 'UDP') return protocol
  if (['HTTP', 'HTTPS', 'GENEVE'].includes(protocol)) {
    throw errors.validationError(`Listener protocol '${protocol}' must be one of 'TLS, TCP, TCP_UDP, UDP'`)
  }
  if (['TLS', 'TCP_UDP', 'QUIC', 'TCP_QUIC'].includes(protocol)) throw errors.unsupportedProtocol(protocol, 'listener')
  throw errors.notInEnum(protocol, 'protocol', ['TCP', 'TCP_UDP', 'TLS', 'UDP'])
}

export function parseListenerPort(port: number | undefined): number {
  if (port === undefined) throw errors.validationError('A listener port must be specified')
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw errors.constraintViolated(port, 'port', 'Member must have value between 1 and 65535')
  }
  return port
}

/**
 * The target group that the default action forwards to, checked against the listener that is to use it: the caller's,
 * of the load balancer's VPC, of the same protocol, and used by no other load balancer.
 */
export function parseDefaultActions(
  ctx: OperationContext,
  actions: readonly Action[] | undefined,
  listener: { readonly loadBalancer: LoadBalancer; readonly protocol: string },
): TargetGroup {
  const [action, ...others] = actions ?? []
  if (!action || others.length > 0) {
    throw errors.validationError('Exactly one default action must be specified for a listener')
  }
  if (action.Type !== 'forward') {
    throw errors.invalidLoadBalancerAction(
      `The action type '${action.Type}' is not valid with network load balancers; use 'forward'`,
    )
  }
  const weighted = action.ForwardConfig?.TargetGroups ?? []
  const arns = new Set([
    ...(action.TargetGroupArn === undefined ? [] : [action.TargetGroupArn]),
    ...weighted.map((tuple) => tuple.TargetGroupArn ?? ''),
  ])
  const [arn] = arns
  if (arn === undefined) throw errors.validationError('A target group ARN must be specified')
  if (arns.size > 1) {
    throw errors.invalidLoadBalancerAction('A forward action can name only one target group in this installation')
  }
  const group = findTargetGroup(ctx, arn)
  if (group.vpcId !== listener.loadBalancer.vpcId) {
    throw errors.invalidConfigurationRequest(
      `The target group '${arn}' and the load balancer '${listener.loadBalancer.loadBalancerArn}' must be in the same VPC`,
    )
  }
  if (group.protocol !== listener.protocol) throw errors.incompatibleProtocols(arn, listener.protocol, group.protocol)
  if (loadBalancerArnsOf(ctx, arn).some((other) => other !== listener.loadBalancer.loadBalancerArn)) {
    throw errors.targetGroupAssociationLimit(arn)
  }
  return group
}

export const listenerSortKey = (listener: Listener): string => `${listener.createdAt}|${listener.listenerArn}`

/** A listener as AWS shows it. */
export function describeListener(listener: Listener): WireListener {
  const { targetGroupArn } = listener
  return {
    ListenerArn: listener.listenerArn,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.port,
    Protocol: listener.protocol,
    DefaultActions: [
      {
        Type: 'forward',
        TargetGroupArn: targetGroupArn,
        Order: 1,
        ForwardConfig: {
          TargetGroups: [{ TargetGroupArn: targetGroupArn }],
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ],
  }
}
