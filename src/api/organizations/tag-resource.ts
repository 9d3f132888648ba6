import type { TagResourceRequest } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { managedOrganization } from './membership.ts'
import { findTagged, putTags, tagsOf } from './tagged.ts'
import { mergeTags, parseTags } from './tags.ts'

/**
 * Adds or replaces tags of an account, the root, a unit or a policy.
 * Source: Organizations API Reference, TagResource.
 *
 * @throws TargetNotFoundException, ConstraintViolationException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const tagResource: Operation<TagResourceRequest, object> = {
  action: 'organizations:TagResource',
  kind: 'write',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const tagged = findTagged(ctx.tx, organization, input.ResourceId)
    putTags(ctx.tx, tagged, mergeTags(tagsOf(tagged), parseTags(input.Tags)))
    return {}
  },
}
