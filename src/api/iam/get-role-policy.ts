import type { GetRolePolicyRequest, GetRolePolicyResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { describeInlinePolicy } from './policy-holder.ts'
import { findRole } from './role.ts'

/**
 * The document of a policy of a role's own, URL-encoded.
 * Source: IAM API Reference, GetRolePolicy.
 *
 * @throws NoSuchEntity
 */
export const getRolePolicy: Operation<GetRolePolicyRequest, GetRolePolicyResponse> = {
  action: 'iam:GetRolePolicy',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const role = findRole(ctx, input.RoleName)
    return { RoleName: role.roleName, ...describeInlinePolicy(role, 'role', input.PolicyName) }
  },
}
