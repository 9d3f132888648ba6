import type { DeleteCertificateRequest } from '@aws-sdk/client-acm'
import type { Operation } from '../operation.ts'
import { findCertificate, inUseBy } from './certificate.ts'
import { certificateInUse } from './errors.ts'

/**
 * Forgets a certificate and its key, unless a listener shows it.
 * Source: ACM API Reference, DeleteCertificate.
 *
 * @throws ResourceNotFoundException, ResourceInUseException, ValidationException
 */
export const deleteCertificate: Operation<DeleteCertificateRequest, Record<string, never>> = {
  action: 'acm:DeleteCertificate',
  kind: 'write',

  handle(input, ctx) {
    const certificate = findCertificate(ctx, input.CertificateArn)
    if (inUseBy(ctx, certificate).length > 0) throw certificateInUse(certificate.certificateArn, ctx.accountId)
    ctx.tx.delete('certificate', certificate.certificateArn)
    return {}
  },
}
