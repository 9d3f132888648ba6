import type { GetUserRequest, GetUserResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { describeUser, userOrCaller } from './user.ts'

/**
 * A user; without a name the caller, who may be the root user of the account.
 * Source: IAM API Reference, GetUser.
 *
 * @throws NoSuchEntity, ValidationError (the session of a role names nobody)
 */
export const getUser: Operation<GetUserRequest, GetUserResponse> = {
  action: 'iam:GetUser',
  kind: 'read',
  missing: ['PasswordLastUsed is absent: nobody has a password.'],

  handle(input, ctx) {
    checkConstraints(input)
    const user = userOrCaller(ctx, input.UserName)
    if (user) return { User: describeUser(user) }
    const { accountId, tx, principal } = ctx
    const joinedAt = tx.get('account', accountId)?.joinedAt ?? ctx.now.toISOString()
    // Path and name are required of a User, and the root user has none: AWS leaves them empty.
    return {
      User: {
        Path: undefined,
        UserName: undefined,
        UserId: accountId,
        Arn: principal.arn,
        CreateDate: new Date(joinedAt),
      },
    }
  },
}
