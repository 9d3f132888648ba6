import type { RenewCertificateRequest } from '@aws-sdk/client-acm'
import type { Operation } from '../operation.ts'
import { findCertificate } from './certificate.ts'
import { issue, requestableKeyAlgorithms } from './certificate-authority.ts'
import * as errors from './errors.ts'

/**
 * Issues an issued certificate again, with a new key and under the same ARN: listeners show the new one from then on.
 * AWS does this by itself some time before the end and takes the call for exportable certificates only; here the call is
 * the only way, so it is taken for every issued one.
 * Source: ACM API Reference, RenewCertificate.
 *
 * @throws ResourceNotFoundException, ValidationException
 */
export const renewCertificate: Operation<RenewCertificateRequest, Record<string, never>> = {
  action: 'acm:RenewCertificate',
  kind: 'write',
  missing: ['Nothing is renewed by itself before it ends; the call renews every issued certificate, exported or not.'],

  handle(input, ctx) {
    const certificate = findCertificate(ctx, input.CertificateArn)
    const keyAlgorithm = requestableKeyAlgorithms.find((each) => each === certificate.keyAlgorithm)
    if (certificate.type !== 'AMAZON_ISSUED' || !keyAlgorithm) {
      throw errors.validation(`Certificate ${certificate.certificateArn} was imported and cannot be renewed.`)
    }
    const { exported: _, ...kept } = certificate
    ctx.tx.put('certificate', { ...kept, ...issue(ctx, certificate.subjectAlternativeNames, keyAlgorithm) })
    return {}
  },
}
