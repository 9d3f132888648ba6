import type { AttachUserPolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { withAttachedPolicy } from './policy-holder.ts'
import { findUser } from './user.ts'

/**
 * Attaches a managed policy to a user.
 * Source: IAM API Reference, AttachUserPolicy.
 *
 * @throws NoSuchEntity, InvalidInput, LimitExceeded, PolicyNotAttachable
 */
export const attachUserPolicy: Operation<AttachUserPolicyRequest, object> = {
  action: 'iam:AttachUserPolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const user = findUser(ctx, input.UserName)
    ctx.tx.put('user', withAttachedPolicy(ctx, user, 'user', input.PolicyArn))
    return {}
  },
}
