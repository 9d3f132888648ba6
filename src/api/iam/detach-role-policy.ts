import type { DetachRolePolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { withoutAttachedPolicy } from './policy-holder.ts'
import { findOwnRole } from './role.ts'

/**
 * Takes a managed policy away from a role.
 * Source: IAM API Reference, DetachRolePolicy.
 *
 * @throws NoSuchEntity, InvalidInput, UnmodifiableEntity
 */
export const detachRolePolicy: Operation<DetachRolePolicyRequest, object> = {
  action: 'iam:DetachRolePolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    ctx.tx.put('role', withoutAttachedPolicy(ctx, findOwnRole(ctx, input.RoleName), input.PolicyArn))
    return {}
  },
}
