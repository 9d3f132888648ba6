import type { RemoveUserFromGroupRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { findGroup } from './group.ts'
import { findUser } from './user.ts'

/**
 * Takes a user out of a group.
 * Source: IAM API Reference, RemoveUserFromGroup.
 *
 * @throws NoSuchEntity
 */
export const removeUserFromGroup: Operation<RemoveUserFromGroupRequest, object> = {
  action: 'iam:RemoveUserFromGroup',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const group = findGroup(ctx, input.GroupName)
    const user = findUser(ctx, input.UserName)
    if (!user.groupNames.includes(group.groupName)) throw errors.userNotInGroup(user.userName, group.groupName)
    ctx.tx.put('user', { ...user, groupNames: user.groupNames.filter((name) => name !== group.groupName) })
    return {}
  },
}
