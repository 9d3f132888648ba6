import type { ListRoleTagsRequest, ListRoleTagsResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { page, pageEnd } from './pagination.ts'
import { findRole } from './role.ts'
import { describeTags } from './tags.ts'

/**
 * The tags of a role, by key.
 * Source: IAM API Reference, ListRoleTags.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listRoleTags: Operation<ListRoleTagsRequest, ListRoleTagsResponse> = {
  action: 'iam:ListRoleTags',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const shown = page(findRole(ctx, input.RoleName).tags, ({ key }) => key.toLowerCase(), input)
    return { Tags: describeTags(shown.items), ...pageEnd(shown) }
  },
}
