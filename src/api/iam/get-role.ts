import type { GetRoleRequest, GetRoleResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { describeRole, findRole } from './role.ts'

/**
 * A role with its trust policy.
 * Source: IAM API Reference, GetRole.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const getRole: Operation<GetRoleRequest, GetRoleResponse> = {
  action: 'iam:GetRole',
  kind: 'read',
  missing: ['RoleLastUsed is empty: uses are not recorded.'],

  handle(input, ctx) {
    checkConstraints(input)
    return { Role: { ...describeRole(findRole(ctx, input.RoleName)), RoleLastUsed: {} } }
  },
}
