import type { ListTagsForResourceRequest, ListTagsForResourceResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { managedOrganization } from './membership.ts'
import { findTagged, tagsOf } from './tagged.ts'

/**
 * The tags of an account, the root, a unit or a policy.
 * Source: Organizations API Reference, ListTagsForResource.
 *
 * @throws TargetNotFoundException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const listTagsForResource: Operation<ListTagsForResourceRequest, ListTagsForResourceResponse> = {
  action: 'organizations:ListTagsForResource',
  kind: 'read',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const tags = tagsOf(findTagged(ctx.tx, organization, input.ResourceId))
    // All fit into one page: the request has no MaxResults.
    return { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }
  },
}
