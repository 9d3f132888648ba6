import type { ListRolePoliciesRequest, ListRolePoliciesResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { listInlinePolicies } from './policy-holder.ts'
import { findRole } from './role.ts'

/**
 * The names of a role's own policies.
 * Source: IAM API Reference, ListRolePolicies.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listRolePolicies: Operation<ListRolePoliciesRequest, ListRolePoliciesResponse> = {
  action: 'iam:ListRolePolicies',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    return listInlinePolicies(findRole(ctx, input.RoleName), input)
  },
}
