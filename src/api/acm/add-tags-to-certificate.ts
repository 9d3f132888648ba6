import type { AddTagsToCertificateRequest } from '@aws-sdk/client-acm'
import type { Operation } from '../operation.ts'
import { findCertificate } from './certificate.ts'
import { mergeTags } from './tags.ts'

/**
 * Adds or replaces tags of a certificate.
 * Source: ACM API Reference, AddTagsToCertificate.
 *
 * @throws ResourceNotFoundException, InvalidTagException, TooManyTagsException, ValidationException
 */
export const addTagsToCertificate: Operation<AddTagsToCertificateRequest, Record<string, never>> = {
  action: 'acm:AddTagsToCertificate',
  kind: 'write',

  handle(input, ctx) {
    const certificate = findCertificate(ctx, input.CertificateArn)
    ctx.tx.put('certificate', { ...certificate, tags: mergeTags(certificate.tags, input.Tags) })
    return {}
  },
}
