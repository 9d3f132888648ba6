import type { ListTagsForResourceRequest, ListTagsForResourceResponse } from '@aws-sdk/client-acm'
import type { Operation } from '../operation.ts'
import { findCertificate } from './certificate.ts'
import { describeTags } from './tags.ts'

/**
 * The tags of a certificate, by the name that this has in newer services.
 * Source: ACM API Reference, ListTagsForResource.
 *
 * @throws ResourceNotFoundException, ValidationException
 */
export const listTagsForResource: Operation<ListTagsForResourceRequest, ListTagsForResourceResponse> = {
  action: 'acm:ListTagsForResource',
  kind: 'read',

  handle: (input, ctx) => ({ Tags: describeTags(findCertificate(ctx, input.ResourceArn, 'resourceArn').tags) }),
}
