import type { ListUserTagsRequest, ListUserTagsResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { page, pageEnd } from './pagination.ts'
import { describeTags } from './tags.ts'
import { findUser } from './user.ts'

/**
 * The tags of a user, by key.
 * Source: IAM API Reference, ListUserTags.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listUserTags: Operation<ListUserTagsRequest, ListUserTagsResponse> = {
  action: 'iam:ListUserTags',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const shown = page(findUser(ctx, input.UserName).tags, ({ key }) => key.toLowerCase(), input)
    return { Tags: describeTags(shown.items), ...pageEnd(shown) }
  },
}
