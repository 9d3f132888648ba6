import type { PutRolePolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { withInlinePolicy } from './policy-holder.ts'
import { findOwnRole } from './role.ts'

/**
 * Adds or replaces a policy of a role's own.
 * Source: IAM API Reference, PutRolePolicy.
 *
 * @throws NoSuchEntity, MalformedPolicyDocument, LimitExceeded, UnmodifiableEntity
 */
export const putRolePolicy: Operation<PutRolePolicyRequest, object> = {
  action: 'iam:PutRolePolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const role = findOwnRole(ctx, input.RoleName)
    ctx.tx.put('role', withInlinePolicy(role, ['role', role.roleName], input))
    return {}
  },
}
