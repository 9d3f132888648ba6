import type { ModifyListenerInput, ModifyListenerOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { defaultListenerAttributes, type Listener } from '../../resource/load-balancer.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import {
  describeListener,
  findListener,
  parseListenerPort,
  parseListenerProtocol,
  refuseMutualAuthentication,
} from './listener.ts'
import { describeDefaultActions, parseDefaultActions } from './listener-actions.ts'
import { parseTlsSettings } from './listener-certificates.ts'
import { findLoadBalancer } from './load-balancer.ts'

/**
 * Changes a listener's port, protocol, certificate, policies or target groups; what is not named stays, and what the new
 * protocol does not have goes: certificates with TLS, the idle timeout with TCP.
 * Source: Elastic Load Balancing v2 API Reference, ModifyListener.
 *
 * @throws ListenerNotFound, TargetGroupNotFound, DuplicateListener, IncompatibleProtocols, UnsupportedProtocol,
 *         CertificateNotFound, UnsupportedCertificate, SSLPolicyNotFound, ALPNPolicyNotFound,
 *         TargetGroupAssociationLimit
 */
export const modifyListener: Operation<ModifyListenerInput, ModifyListenerOutput> = {
  action: 'elasticloadbalancing:ModifyListener',
  kind: 'write',
  missing: ['QUIC and TCP_QUIC listeners are refused.', 'TargetGroupStickinessConfig.Enabled is refused.'],

  handle(input, ctx) {
    const listener = findListener(ctx, input.ListenerArn)
    const loadBalancer = findLoadBalancer(ctx, listener.loadBalancerArn)
    const { loadBalancerArn } = loadBalancer
    const protocol = parseListenerProtocol(input.Protocol ?? listener.protocol)
    const port = parseListenerPort(input.Port ?? listener.port)
    const tls = parseTlsSettings(ctx, input, protocol, listener)
    refuseMutualAuthentication(input.MutualAuthentication)
    const actions = input.DefaultActions ?? describeDefaultActions(listener)
    const forward = parseDefaultActions(ctx, actions, { loadBalancer, protocol })
    const others = ctx.tx.by('listener', 'loadBalancerArn', loadBalancerArn)
    if (others.some((other) => other.port === port && other.listenerArn !== listener.listenerArn)) {
      throw errors.duplicateListener(loadBalancerArn)
    }

    const known = defaultListenerAttributes({ protocol })
    const attributes = Object.entries(listener.attributes ?? {}).filter(([key]) => Object.hasOwn(known, key))
    const modified: Listener = {
      listenerArn: listener.listenerArn,
      loadBalancerArn,
      ownerId: listener.ownerId,
      region: listener.region,
      protocol,
      port,
      ...forward,
      ...tls,
      attributes: Object.fromEntries(attributes),
      createdAt: listener.createdAt,
      tags: listener.tags,
    }
    ctx.tx.put('listener', modified)
    return { Listeners: [describeListener(modified)] }
  },
}
