import type { ListInstanceProfileTagsRequest, ListInstanceProfileTagsResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { findInstanceProfile } from './instance-profile.ts'
import { page, pageEnd } from './pagination.ts'
import { describeTags } from './tags.ts'

/**
 * The tags of an instance profile, by key.
 * Source: IAM API Reference, ListInstanceProfileTags.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listInstanceProfileTags: Operation<ListInstanceProfileTagsRequest, ListInstanceProfileTagsResponse> = {
  action: 'iam:ListInstanceProfileTags',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const shown = page(findInstanceProfile(ctx, input.InstanceProfileName).tags, ({ key }) => key.toLowerCase(), input)
    return { Tags: describeTags(shown.items), ...pageEnd(shown) }
  },
}
