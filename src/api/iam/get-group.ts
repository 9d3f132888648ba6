import type { GetGroupRequest, GetGroupResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { describeGroup, findGroup, usersOf } from './group.ts'
import { page, pageEnd } from './pagination.ts'
import { describeListedUser } from './user.ts'

/**
 * A group and, page by page, its users.
 * Source: IAM API Reference, GetGroup.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const getGroup: Operation<GetGroupRequest, GetGroupResponse> = {
  action: 'iam:GetGroup',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const group = findGroup(ctx, input.GroupName)
    const shown = page(usersOf(ctx, group.groupName), ({ userName }) => userName.toLowerCase(), input)
    return { Group: describeGroup(group), Users: shown.items.map(describeListedUser), ...pageEnd(shown) }
  },
}
