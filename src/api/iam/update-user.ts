import type { UpdateUserRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { findUser } from './user.ts'

/**
 * Renames or moves a user. The id stays, and access keys and groups go along; policies that name the old ARN do not.
 * Source: IAM API Reference, UpdateUser.
 *
 * @throws NoSuchEntity, EntityAlreadyExists, ValidationError
 */
export const updateUser: Operation<UpdateUserRequest, object> = {
  action: 'iam:UpdateUser',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const user = findUser(ctx, input.UserName)
    const userName = input.NewUserName ?? user.userName
    const taken = tx.by('user', 'name', `${accountId}|${userName.toLowerCase()}`)
    if (taken.some(({ userId }) => userId !== user.userId)) throw errors.userExists(userName)
    const keys = tx.by('access-key', 'userName', `${accountId}|${user.userName}`)
    tx.delete('user', `${accountId}|${user.userName}`)
    tx.put('user', { ...user, userName, path: input.NewPath ?? user.path })
    for (const key of keys) tx.put('access-key', { ...key, userName })
    return {}
  },
}
