import type { Listener as WireListener } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Listener } from '../../resource/load-balancer.ts'
import type { OperationContext } from '../operation.ts'
import { protocols, quicProtocols } from './carried.ts'
import * as errors from './errors.ts'
import { describeDefaultActions } from './listener-actions.ts'
import { isVisible } from './load-balancer.ts'

/** The caller's listener of this region. */
export function findListener(ctx: OperationContext, arn: string | undefined): Listener {
  if (!/^arn:aws:elasticloadbalancing:[^:]*:\d{12}:listener\/.+/.test(arn ?? '')) {
    throw errors.validationError(`'${arn ?? ''}' is not a valid listener ARN`)
  }
  const listener = ctx.tx.get('listener', arn)
  if (!listener || !isVisible(ctx, listener)) throw errors.listenerNotFound(arn ?? '')
  return listener
}

export function parseListenerProtocol(protocol: string | undefined): Listener['protocol'] {
  if (protocol === undefined) throw errors.validationError('A listener protocol must be specified')
  const known = protocols.find((each) => each === protocol)
  if (known) return known
  if (['HTTP', 'HTTPS', 'GENEVE'].includes(protocol)) {
    throw errors.validationError(`Listener protocol '${protocol}' must be one of '${protocols.join(', ')}'`)
  }
  if (quicProtocols.includes(protocol)) throw errors.unsupportedProtocol(protocol, 'listener', protocols)
  throw errors.notInEnum(protocol, 'protocol', protocols)
}

export function parseListenerPort(port: number | undefined): number {
  if (port === undefined) throw errors.validationError('A listener port must be specified')
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw errors.constraintViolated(port, 'port', 'Member must have value between 1 and 65535')
  }
  return port
}

/** @throws InvalidConfigurationRequest: client certificates are asked for by application load balancers only */
export function refuseMutualAuthentication(wish: { readonly Mode?: string | undefined } | undefined): void {
  if (wish === undefined || wish.Mode === 'off') return
  throw errors.invalidConfigurationRequest(
    "Mutual authentication is not supported for listeners of load balancers with type 'network'",
  )
}

export const listenerSortKey = (listener: Listener): string => `${listener.createdAt}|${listener.listenerArn}`

/** A listener as AWS shows it. */
export function describeListener(listener: Listener): WireListener {
  return {
    ListenerArn: listener.listenerArn,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.port,
    Protocol: listener.protocol,
    ...(listener.certificateArn && { Certificates: [{ CertificateArn: listener.certificateArn }] }),
    ...(listener.sslPolicy && { SslPolicy: listener.sslPolicy }),
    DefaultActions: describeDefaultActions(listener),
    ...(listener.alpnPolicy && { AlpnPolicy: [listener.alpnPolicy] }),
  }
}
