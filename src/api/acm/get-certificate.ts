import type { GetCertificateRequest, GetCertificateResponse } from '@aws-sdk/client-acm'
import type { Operation } from '../operation.ts'
import { findCertificate } from './certificate.ts'

/**
 * A certificate and its chain in PEM. The chain of an issued one is the certificate of the account's authority: what clients
 * are to trust.
 * Source: ACM API Reference, GetCertificate.
 *
 * @throws ResourceNotFoundException, ValidationException
 */
export const getCertificate: Operation<GetCertificateRequest, GetCertificateResponse> = {
  action: 'acm:GetCertificate',
  kind: 'read',

  handle(input, ctx) {
    const { certificatePem, chainPem } = findCertificate(ctx, input.CertificateArn)
    return { Certificate: certificatePem, ...(chainPem && { CertificateChain: chainPem }) }
  },
}
