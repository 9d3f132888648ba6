import type { AttachRolePolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { withAttachedPolicy } from './policy-holder.ts'
import { findOwnRole } from './role.ts'

/**
 * Attaches a managed policy to a role.
 * Source: IAM API Reference, AttachRolePolicy.
 *
 * @throws NoSuchEntity, InvalidInput, LimitExceeded, PolicyNotAttachable, UnmodifiableEntity
 */
export const attachRolePolicy: Operation<AttachRolePolicyRequest, object> = {
  action: 'iam:AttachRolePolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const role = findOwnRole(ctx, input.RoleName)
    ctx.tx.put('role', withAttachedPolicy(ctx, role, 'role', input.PolicyArn))
    return {}
  },
}
