import type { CreateListenerInput, CreateListenerOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { type Listener, listenerArnOf } from '../../resource/load-balancer.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { describeListener, parseDefaultActions, parseListenerPort, parseListenerProtocol } from './listener.ts'
import { findLoadBalancer } from './load-balancer.ts'
import { parseTags } from './tags.ts'

/** Listeners per network load balancer; not adjustable on AWS (reference 2.8). */
const maxListeners = 50

/**
 * Opens a port on every node of a load balancer. The same call again answers the same listener.
 *
 * A port belongs to one listener whatever its protocol: AWS has TCP_UDP for both, and so have we no two on one port.
 * Source: Elastic Load Balancing v2 API Reference, CreateListener.
 *
 * @throws LoadBalancerNotFound, TargetGroupNotFound, DuplicateListener, IncompatibleProtocols, UnsupportedProtocol,
 *         TargetGroupAssociationLimit, TooManyListeners
 */
export const createListener: Operation<CreateListenerInput, CreateListenerOutput> = {
  action: 'elasticloadbalancing:CreateListener',
  kind: 'write',
  missing: [
    'TLS, TCP_UDP and QUIC listeners are refused.',
    'One target group per forward action; weights are ignored.',
  ],

  handle(input, ctx) {
    const loadBalancer = findLoadBalancer(ctx, input.LoadBalancerArn)
    const protocol = parseListenerProtocol(input.Protocol)
    const port = parseListenerPort(input.Port)
    if (input.Certificates?.length || input.SslPolicy || input.AlpnPolicy?.length) {
      throw errors.invalidConfigurationRequest(
        `Certificates, a security policy and an ALPN policy cannot be specified for a listener with the ${protocol} protocol`,
      )
    }
    const group = parseDefaultActions(ctx, input.DefaultActions, { loadBalancer, protocol })
    const tags = parseTags(input.Tags)

    const listeners = ctx.tx.by('listener', 'loadBalancerArn', loadBalancer.loadBalancerArn)
    const existing = listeners.find((listener) => listener.port === port)
    if (existing) {
      if (existing.protocol !== protocol || existing.targetGroupArn !== group.targetGroupArn) {
        throw errors.duplicateListener(loadBalancer.loadBalancerArn)
      }
      return { Listeners: [describeListener(existing)] }
    }
    if (listeners.length >= maxListeners) throw errors.tooManyListeners(maxListeners)

    const listener: Listener = {
      listenerArn: listenerArnOf(loadBalancer.loadBalancerArn, ctx.randomText(16)),
      loadBalancerArn: loadBalancer.loadBalancerArn,
      ownerId: ctx.accountId,
      region: ctx.region,
      protocol,
      port,
      targetGroupArn: group.targetGroupArn,
      createdAt: ctx.now.toISOString(),
      tags,
    }
    ctx.tx.put('listener', listener)
    return { Listeners: [describeListener(listener)] }
  },
}
