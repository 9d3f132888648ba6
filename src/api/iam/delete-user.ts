import type { DeleteUserRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { checkNoPolicies } from './policy-holder.ts'
import { findUser } from './user.ts'

/**
 * Removes a user that has no key, no policy and no group any more.
 * Source: IAM API Reference, DeleteUser.
 *
 * @throws NoSuchEntity, DeleteConflict
 */
export const deleteUser: Operation<DeleteUserRequest, object> = {
  action: 'iam:DeleteUser',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const user = findUser(ctx, input.UserName)
    checkNoPolicies(user)
    if (tx.by('access-key', 'userName', `${accountId}|${user.userName}`).length > 0) throw errors.mustDeleteAccessKeys()
    if (user.groupNames.length > 0) throw errors.mustRemoveUsers()
    tx.delete('user', `${accountId}|${user.userName}`)
    return {}
  },
}
