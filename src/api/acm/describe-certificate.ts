import type { DescribeCertificateRequest, DescribeCertificateResponse } from '@aws-sdk/client-acm'
import type { Operation } from '../operation.ts'
import { describeCertificate as describe, findCertificate } from './certificate.ts'

/**
 * What a certificate is, who uses it, how long it lives; never its key.
 * Source: ACM API Reference, DescribeCertificate.
 *
 * @throws ResourceNotFoundException, ValidationException
 */
export const describeCertificate: Operation<DescribeCertificateRequest, DescribeCertificateResponse> = {
  action: 'acm:DescribeCertificate',
  kind: 'read',

  handle: (input, ctx) => ({ Certificate: describe(ctx, findCertificate(ctx, input.CertificateArn)) }),
}
