import type { GetUserPolicyRequest, GetUserPolicyResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { describeInlinePolicy } from './policy-holder.ts'
import { findUser } from './user.ts'

/**
 * The document of a policy of a user's own, URL-encoded.
 * Source: IAM API Reference, GetUserPolicy.
 *
 * @throws NoSuchEntity
 */
export const getUserPolicy: Operation<GetUserPolicyRequest, GetUserPolicyResponse> = {
  action: 'iam:GetUserPolicy',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const user = findUser(ctx, input.UserName)
    return { UserName: user.userName, ...describeInlinePolicy(user, 'user', input.PolicyName) }
  },
}
