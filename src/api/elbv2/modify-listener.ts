import type { ModifyListenerInput, ModifyListenerOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import {
  describeListener,
  findListener,
  parseDefaultActions,
  parseListenerPort,
  parseListenerProtocol,
} from './listener.ts'
import { findLoadBalancer } from './load-balancer.ts'

/**
 * Changes a listener's port, protocol or target group; what is not named stays.
 * Source: Elastic Load Balancing v2 API Reference, ModifyListener.
 *
 * @throws ListenerNotFound, TargetGroupNotFound, DuplicateListener, IncompatibleProtocols, UnsupportedProtocol,
 *         TargetGroupAssociationLimit
 */
export const modifyListener: Operation<ModifyListenerInput, ModifyListenerOutput> = {
  action: 'elasticloadbalancing:ModifyListener',
  kind: 'write',
  missing: [
    'TLS, TCP_UDP and QUIC listeners are refused.',
    'One target group per forward action; weights are ignored.',
  ],

  handle(input, ctx) {
    const listener = findListener(ctx, input.ListenerArn)
    const loadBalancer = findLoadBalancer(ctx, listener.loadBalancerArn)
    const protocol = parseListenerProtocol(input.Protocol ?? listener.protocol)
    const port = parseListenerPort(input.Port ?? listener.port)
    if (input.Certificates?.length || input.SslPolicy || input.AlpnPolicy?.length) {
      throw errors.invalidConfigurationRequest(
        `Certificates, a security policy and an ALPN policy cannot be specified for a listener with the ${protocol} protocol`,
      )
    }
    const actions = input.DefaultActions ?? [{ Type: 'forward', TargetGroupArn: listener.targetGroupArn }]
    const group = parseDefaultActions(ctx, actions, { loadBalancer, protocol })
    const others = ctx.tx.by('listener', 'loadBalancerArn', loadBalancer.loadBalancerArn)
    if (others.some((other) => other.port === port && other.listenerArn !== listener.listenerArn)) {
      throw errors.duplicateListener(loadBalancer.loadBalancerArn)
    }

    const modified = { ...listener, protocol, port, targetGroupArn: group.targetGroupArn }
    ctx.tx.put('listener', modified)
    return { Listeners: [describeListener(modified)] }
  },
}
