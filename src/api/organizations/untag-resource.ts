import type { UntagResourceRequest } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { managedOrganization } from './membership.ts'
import { findTagged, putTags, tagsOf } from './tagged.ts'

/**
 * Removes tags of an account, the root, a unit or a policy; keys that it does not have are no error.
 * Source: Organizations API Reference, UntagResource.
 *
 * @throws TargetNotFoundException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const untagResource: Operation<UntagResourceRequest, object> = {
  action: 'organizations:UntagResource',
  kind: 'write',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const tagged = findTagged(ctx.tx, organization, input.ResourceId)
    const gone = new Set(input.TagKeys)
    putTags(
      ctx.tx,
      tagged,
      tagsOf(tagged).filter(({ key }) => !gone.has(key)),
    )
    return {}
  },
}
