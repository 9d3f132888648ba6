import type { PutUserPolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { withInlinePolicy } from './policy-holder.ts'
import { findUser } from './user.ts'

/**
 * Adds or replaces a policy of a user's own.
 * Source: IAM API Reference, PutUserPolicy.
 *
 * @throws NoSuchEntity, MalformedPolicyDocument, LimitExceeded
 */
export const putUserPolicy: Operation<PutUserPolicyRequest, object> = {
  action: 'iam:PutUserPolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const user = findUser(ctx, input.UserName)
    ctx.tx.put('user', withInlinePolicy(user, ['user', user.userName], input))
    return {}
  },
}
