import type { UpdateCertificateOptionsRequest } from '@aws-sdk/client-acm'
import type { Operation } from '../operation.ts'
import { findCertificate } from './certificate.ts'
import * as errors from './errors.ts'

/**
 * Changes how an issued certificate's domains would be proven. Whether it can be exported was settled when it was
 * requested, and the preference about transparency logs is deprecated on AWS: both are accepted when they say what is.
 * Source: ACM API Reference, UpdateCertificateOptions.
 *
 * @throws ResourceNotFoundException, InvalidStateException, ValidationException
 */
export const updateCertificateOptions: Operation<UpdateCertificateOptionsRequest, Record<string, never>> = {
  action: 'acm:UpdateCertificateOptions',
  kind: 'write',

  handle(input, ctx) {
    const certificate = findCertificate(ctx, input.CertificateArn)
    if (certificate.type !== 'AMAZON_ISSUED') {
      throw errors.invalidState(`Certificate ${certificate.certificateArn} was imported and has no options.`)
    }
    const {
      Export: wanted,
      ValidationMethod: method,
      CertificateTransparencyLoggingPreference: logging,
    } = input.Options ?? {}
    const exportOption = certificate.exportOption ?? 'DISABLED'
    if (wanted !== undefined && wanted !== exportOption) {
      throw errors.invalidState(`The export option of certificate ${certificate.certificateArn} cannot be changed.`)
    }
    if (logging === 'DISABLED') {
      throw errors.invalidState('Certificate transparency logging opt-out is no longer available.')
    }
    if (method === undefined) return {}
    if (method !== 'DNS') throw errors.invalidState(`The validation method cannot be changed to ${method}.`)
    ctx.tx.put('certificate', { ...certificate, validationMethod: method })
    return {}
  },
}
