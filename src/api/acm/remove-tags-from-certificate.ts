import type { RemoveTagsFromCertificateRequest } from '@aws-sdk/client-acm'
import type { Operation } from '../operation.ts'
import { findCertificate } from './certificate.ts'
import { withoutTags } from './tags.ts'

/**
 * Removes tags of a certificate; one with a value is removed only when it has that value.
 * Source: ACM API Reference, RemoveTagsFromCertificate.
 *
 * @throws ResourceNotFoundException, ValidationException
 */
export const removeTagsFromCertificate: Operation<RemoveTagsFromCertificateRequest, Record<string, never>> = {
  action: 'acm:RemoveTagsFromCertificate',
  kind: 'write',

  handle(input, ctx) {
    const certificate = findCertificate(ctx, input.CertificateArn)
    ctx.tx.put('certificate', { ...certificate, tags: withoutTags(certificate.tags, input.Tags) })
    return {}
  },
}
