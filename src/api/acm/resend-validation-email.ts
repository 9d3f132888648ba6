import type { ResendValidationEmailRequest } from '@aws-sdk/client-acm'
import type { Operation } from '../operation.ts'
import { findCertificate } from './certificate.ts'
import { invalidState } from './errors.ts'

/**
 * Refuses, as AWS does for a certificate that is issued: here every one is, and no mail was ever sent.
 * Source: ACM API Reference, ResendValidationEmail.
 *
 * @throws ResourceNotFoundException, InvalidStateException, ValidationException
 */
export const resendValidationEmail: Operation<ResendValidationEmailRequest, Record<string, never>> = {
  action: 'acm:ResendValidationEmail',
  kind: 'write',

  handle(input, ctx) {
    const { certificateArn } = findCertificate(ctx, input.CertificateArn)
    throw invalidState(`Certificate ${certificateArn} is not pending validation.`)
  },
}
