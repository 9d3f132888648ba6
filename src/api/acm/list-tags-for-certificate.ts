import type { ListTagsForCertificateRequest, ListTagsForCertificateResponse } from '@aws-sdk/client-acm'
import type { Operation } from '../operation.ts'
import { findCertificate } from './certificate.ts'
import { describeTags } from './tags.ts'

/**
 * The tags of a certificate.
 * Source: ACM API Reference, ListTagsForCertificate.
 *
 * @throws ResourceNotFoundException, ValidationException
 */
export const listTagsForCertificate: Operation<ListTagsForCertificateRequest, ListTagsForCertificateResponse> = {
  action: 'acm:ListTagsForCertificate',
  kind: 'read',

  handle: (input, ctx) => ({ Tags: describeTags(findCertificate(ctx, input.CertificateArn).tags) }),
}
