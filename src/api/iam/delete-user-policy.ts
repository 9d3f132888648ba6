import type { DeleteUserPolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { withoutInlinePolicy } from './policy-holder.ts'
import { findUser } from './user.ts'

/**
 * Removes a policy of a user's own.
 * Source: IAM API Reference, DeleteUserPolicy.
 *
 * @throws NoSuchEntity
 */
export const deleteUserPolicy: Operation<DeleteUserPolicyRequest, object> = {
  action: 'iam:DeleteUserPolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    ctx.tx.put('user', withoutInlinePolicy(findUser(ctx, input.UserName), 'user', input.PolicyName))
    return {}
  },
}
