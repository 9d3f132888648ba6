import type { UntagResourceRequest } from '@aws-sdk/client-acm'
import type { Operation } from '../operation.ts'
import { findCertificate } from './certificate.ts'
import { withoutTags } from './tags.ts'

/**
 * Removes tags of a certificate, by the name that this has in newer services.
 * Source: ACM API Reference, UntagResource.
 *
 * @throws ResourceNotFoundException, ValidationException
 */
export const untagResource: Operation<UntagResourceRequest, Record<string, never>> = {
  action: 'acm:UntagResource',
  kind: 'write',

  handle(input, ctx) {
    const certificate = findCertificate(ctx, input.ResourceArn, 'resourceArn')
    const keys = (input.TagKeys ?? []).map((Key) => ({ Key }))
    ctx.tx.put('certificate', { ...certificate, tags: withoutTags(certificate.tags, keys) })
    return {}
  },
}
