import type { DeleteGroupRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { findGroup, usersOf } from './group.ts'
import { checkNoPolicies } from './policy-holder.ts'

/**
 * Removes a group without users and policies.
 * Source: IAM API Reference, DeleteGroup.
 *
 * @throws NoSuchEntity, DeleteConflict
 */
export const deleteGroup: Operation<DeleteGroupRequest, object> = {
  action: 'iam:DeleteGroup',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const group = findGroup(ctx, input.GroupName)
    if (usersOf(ctx, group.groupName).length > 0) throw errors.mustRemoveUsers()
    checkNoPolicies(group)
    ctx.tx.delete('group', `${ctx.accountId}|${group.groupName}`)
    return {}
  },
}
