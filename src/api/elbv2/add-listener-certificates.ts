import type {
  AddListenerCertificatesInput,
  AddListenerCertificatesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { maxCertificates } from './limits.ts'
import { findListener } from './listener.ts'
import { parseOneCertificate, sniList } from './listener-certificates.ts'

/**
 * Adds a certificate to those from which a TLS listener chooses by the name that a client asks for. One that is in the
 * list already is not added again; the default certificate may be in it too.
 * Source: Elastic Load Balancing v2 API Reference, AddListenerCertificates.
 *
 * @throws ListenerNotFound, CertificateNotFound, UnsupportedCertificate, TooManyCertificates, ValidationError
 */
export const addListenerCertificates: Operation<AddListenerCertificatesInput, AddListenerCertificatesOutput> = {
  action: 'elasticloadbalancing:AddListenerCertificates',
  kind: 'write',

  handle(input, ctx) {
    const listener = findListener(ctx, input.ListenerArn)
    if (listener.certificateArn === undefined) throw errors.tlsOnly('A certificate', listener.protocol)
    const { certificateArn } = parseOneCertificate(ctx, input.Certificates)
    const list = sniList(listener)
    if (!list.includes(certificateArn)) {
      if (certificateCount(ctx, listener.loadBalancerArn) >= maxCertificates) {
        throw errors.tooManyCertificates(maxCertificates)
      }
      ctx.tx.put('listener', { ...listener, certificateArns: [listener.certificateArn, ...list, certificateArn] })
    }
    return { Certificates: [{ CertificateArn: certificateArn, IsDefault: false }] }
  },
}

/** Over all listeners of the load balancer; the default ones do not count (reference 2.8). */
function certificateCount({ tx }: OperationContext, loadBalancerArn: string): number {
  const listeners = tx.by('listener', 'loadBalancerArn', loadBalancerArn)
  return listeners.reduce((count, listener) => count + sniList(listener).length, 0)
}
