import type {
  RemoveListenerCertificatesInput,
  RemoveListenerCertificatesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { findListener } from './listener.ts'
import { parseOneCertificateArn, sniList } from './listener-certificates.ts'

/**
 * Takes a certificate from a TLS listener's list. The default certificate stays what it is; ModifyListener replaces it.
 * Source: Elastic Load Balancing v2 API Reference, RemoveListenerCertificates.
 *
 * @throws ListenerNotFound, OperationNotPermitted, ValidationError
 */
export const removeListenerCertificates: Operation<RemoveListenerCertificatesInput, RemoveListenerCertificatesOutput> =
  {
    action: 'elasticloadbalancing:RemoveListenerCertificates',
    kind: 'write',

    handle(input, ctx) {
      const listener = findListener(ctx, input.ListenerArn)
      const arn = parseOneCertificateArn(input.Certificates)
      const list = sniList(listener)
      if (arn === listener.certificateArn && !list.includes(arn)) {
        throw errors.operationNotPermitted(
          `The certificate '${arn}' is the default certificate of the listener and cannot be removed`,
        )
      }
      if (listener.certificateArn !== undefined && list.includes(arn)) {
        const certificateArns = [listener.certificateArn, ...list.filter((other) => other !== arn)]
        ctx.tx.put('listener', { ...listener, certificateArns })
      }
      return {}
    },
  }
