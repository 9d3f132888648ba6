import type { CreateUserRequest, CreateUserResponse } from '@aws-sdk/client-iam'
import type { User } from '../../resource/identity.ts'
import { newUniqueId } from '../account.ts'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { withBoundary } from './permissions-boundary.ts'
import { quotas } from './quotas.ts'
import { parseTags } from './tags.ts'
import { describeUser } from './user.ts'

/**
 * A new user, without any right until a policy gives one.
 * Source: IAM API Reference, CreateUser.
 *
 * @throws EntityAlreadyExists, LimitExceeded, NoSuchEntity (the boundary), InvalidInput, ValidationError
 */
export const createUser: Operation<CreateUserRequest, CreateUserResponse> = {
  action: 'iam:CreateUser',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input, { UserName: { min: 1, max: 64, form: 'name' } })
    const { tx, accountId } = ctx
    const { UserName: userName = '' } = input
    if (tx.by('user', 'name', `${accountId}|${userName.toLowerCase()}`).length > 0) throw errors.userExists(userName)
    if (tx.by('user', 'accountId', accountId).length >= quotas.usersPerAccount) {
      throw errors.quotaExceeded('UsersPerAccount', quotas.usersPerAccount)
    }
    const unbounded: User = {
      userId: newUniqueId(ctx, 'AIDA'),
      userName,
      path: input.Path ?? '/',
      accountId,
      groupNames: [],
      inlinePolicies: {},
      attachedPolicyArns: [],
      createdAt: ctx.now.toISOString(),
      tags: parseTags(input.Tags, 'User'),
    }
    const user =
      input.PermissionsBoundary === undefined ? unbounded : withBoundary(ctx, unbounded, input.PermissionsBoundary)
    tx.put('user', user)
    return { User: describeUser(user) }
  },
}
