import type { DeleteRolePolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { withoutInlinePolicy } from './policy-holder.ts'
import { findOwnRole } from './role.ts'

/**
 * Removes a policy of a role's own.
 * Source: IAM API Reference, DeleteRolePolicy.
 *
 * @throws NoSuchEntity, UnmodifiableEntity
 */
export const deleteRolePolicy: Operation<DeleteRolePolicyRequest, object> = {
  action: 'iam:DeleteRolePolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    ctx.tx.put('role', withoutInlinePolicy(findOwnRole(ctx, input.RoleName), 'role', input.PolicyName))
    return {}
  },
}
