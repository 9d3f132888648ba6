import type { TagResourceRequest } from '@aws-sdk/client-acm'
import type { Operation } from '../operation.ts'
import { findCertificate } from './certificate.ts'
import { mergeTags } from './tags.ts'

/**
 * Adds or replaces tags of a certificate, by the name that this has in newer services.
 * Source: ACM API Reference, TagResource.
 *
 * @throws ResourceNotFoundException, InvalidTagException, TooManyTagsException, ValidationException
 */
export const tagResource: Operation<TagResourceRequest, Record<string, never>> = {
  action: 'acm:TagResource',
  kind: 'write',

  handle(input, ctx) {
    const certificate = findCertificate(ctx, input.ResourceArn, 'resourceArn')
    ctx.tx.put('certificate', { ...certificate, tags: mergeTags(certificate.tags, input.Tags) })
    return {}
  },
}
