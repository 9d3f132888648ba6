import type { CreateListenerInput, CreateListenerOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { type Listener, listenerArnOf } from '../../resource/load-balancer.ts'
import type { Operation } from '../operation.ts'
import { checkQuota, quotas } from '../quota.ts'
import * as errors from './errors.ts'
import { describeListener, parseListenerPort, parseListenerProtocol, refuseMutualAuthentication } from './listener.ts'
import { isSameForward, parseDefaultActions } from './listener-actions.ts'
import { parseTlsSettings } from './listener-certificates.ts'
import { findLoadBalancer } from './load-balancer.ts'
import { parseTags } from './tags.ts'

/**
 * Opens a port on every node of a load balancer. The same call again answers the same listener.
 *
 * A port belongs to one listener whatever its protocol: AWS has TCP_UDP for both, and so have we no two on one port.
 * Source: Elastic Load Balancing v2 API Reference, CreateListener.
 *
 * @throws LoadBalancerNotFound, TargetGroupNotFound, DuplicateListener, IncompatibleProtocols, UnsupportedProtocol,
 *         CertificateNotFound, UnsupportedCertificate, SSLPolicyNotFound, ALPNPolicyNotFound,
 *         TargetGroupAssociationLimit, TooManyListeners
 */
export const createListener: Operation<CreateListenerInput, CreateListenerOutput> = {
  action: 'elasticloadbalancing:CreateListener',
  kind: 'write',
  missing: [
    'QUIC and TCP_QUIC listeners are refused.',
    'TargetGroupStickinessConfig.Enabled is refused.',
    'TLS listeners to IPv6 target groups are refused. IPv4 clients do not reach IPv6 targets, nor IPv6 clients IPv4 targets by UDP.',
  ],

  handle(input, ctx) {
    const loadBalancer = findLoadBalancer(ctx, input.LoadBalancerArn)
    const { loadBalancerArn } = loadBalancer
    const protocol = parseListenerProtocol(input.Protocol)
    const port = parseListenerPort(input.Port)
    const tls = parseTlsSettings(ctx, input, protocol)
    refuseMutualAuthentication(input.MutualAuthentication)
    const forward = parseDefaultActions(ctx, input.DefaultActions, { loadBalancer, protocol })
    const tags = parseTags(input.Tags)

    const listeners = ctx.tx.by('listener', 'loadBalancerArn', loadBalancerArn)
    const existing = listeners.find((listener) => listener.port === port)
    if (existing) {
      const isSame =
        existing.protocol === protocol &&
        existing.certificateArn === tls.certificateArn &&
        existing.sslPolicy === tls.sslPolicy &&
        existing.alpnPolicy === tls.alpnPolicy &&
        isSameForward(existing, forward)
      if (!isSame) throw errors.duplicateListener(loadBalancerArn)
      return { Listeners: [describeListener(existing)] }
    }
    checkQuota(ctx, quotas.listenersPerNetworkLoadBalancer, listeners.length)

    const listener: Listener = {
      listenerArn: listenerArnOf(loadBalancerArn, ctx.randomText(16)),
      loadBalancerArn,
      ownerId: ctx.accountId,
      region: ctx.region,
      protocol,
      port,
      ...forward,
      ...tls,
      createdAt: ctx.now.toISOString(),
      tags,
    }
    ctx.tx.put('listener', listener)
    return { Listeners: [describeListener(listener)] }
  },
}
