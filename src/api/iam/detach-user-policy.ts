import type { DetachUserPolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { withoutAttachedPolicy } from './policy-holder.ts'
import { findUser } from './user.ts'

/**
 * Takes a managed policy away from a user.
 * Source: IAM API Reference, DetachUserPolicy.
 *
 * @throws NoSuchEntity, InvalidInput
 */
export const detachUserPolicy: Operation<DetachUserPolicyRequest, object> = {
  action: 'iam:DetachUserPolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    ctx.tx.put('user', withoutAttachedPolicy(ctx, findUser(ctx, input.UserName), input.PolicyArn))
    return {}
  },
}
