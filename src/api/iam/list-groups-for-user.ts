import type { ListGroupsForUserRequest, ListGroupsForUserResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { describeGroup, findGroup } from './group.ts'
import { page, pageEnd } from './pagination.ts'
import { findUser } from './user.ts'

/**
 * The groups that a user is in.
 * Source: IAM API Reference, ListGroupsForUser.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listGroupsForUser: Operation<ListGroupsForUserRequest, ListGroupsForUserResponse> = {
  action: 'iam:ListGroupsForUser',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const groups = findUser(ctx, input.UserName).groupNames.map((name) => findGroup(ctx, name))
    const shown = page(groups, ({ groupName }) => groupName.toLowerCase(), input)
    return { Groups: shown.items.map(describeGroup), ...pageEnd(shown) }
  },
}
