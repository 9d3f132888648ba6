import { createPrivateKey } from 'node:crypto'
import type { ExportCertificateRequest, ExportCertificateResponse } from '@aws-sdk/client-acm'
import type { Operation } from '../operation.ts'
import { findCertificate } from './certificate.ts'
import * as errors from './errors.ts'

/**
 * A certificate with its chain and its key, encrypted under the caller's passphrase; only one that was requested as exportable.
 * Source: ACM API Reference, ExportCertificate.
 *
 * @throws ResourceNotFoundException, ValidationException
 */
export const exportCertificate: Operation<ExportCertificateRequest, ExportCertificateResponse> = {
  action: 'acm:ExportCertificate',
  kind: 'write',

  handle(input, ctx) {
    const certificate = findCertificate(ctx, input.CertificateArn)
    const passphrase = Buffer.from(input.Passphrase ?? [])
    if (passphrase.length < 4 || passphrase.length > 128) {
      throw errors.validation(
        "1 validation error detected: Value at 'passphrase' failed to satisfy constraint: Member must have length between 4 and 128",
      )
    }
    if (certificate.exportOption !== 'ENABLED') throw errors.notPrivate(certificate.certificateArn)
    const key = createPrivateKey(certificate.privateKeyPem)
    if (!certificate.exported) ctx.tx.put('certificate', { ...certificate, exported: true })
    return {
      Certificate: certificate.certificatePem,
      ...(certificate.chainPem && { CertificateChain: certificate.chainPem }),
      PrivateKey: key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString(),
    }
  },
}
