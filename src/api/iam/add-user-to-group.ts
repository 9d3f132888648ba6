import type { AddUserToGroupRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { findGroup } from './group.ts'
import { quotas } from './quotas.ts'
import { findUser } from './user.ts'

/**
 * Puts a user into a group. A user who is in it already stays, without an error.
 * Source: IAM API Reference, AddUserToGroup.
 *
 * @throws NoSuchEntity, LimitExceeded
 */
export const addUserToGroup: Operation<AddUserToGroupRequest, object> = {
  action: 'iam:AddUserToGroup',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const group = findGroup(ctx, input.GroupName)
    const user = findUser(ctx, input.UserName)
    if (user.groupNames.includes(group.groupName)) return {}
    if (user.groupNames.length >= quotas.groupsPerUser) {
      throw errors.quotaExceeded('GroupsPerUser', quotas.groupsPerUser)
    }
    ctx.tx.put('user', { ...user, groupNames: [...user.groupNames, group.groupName] })
    return {}
  },
}
