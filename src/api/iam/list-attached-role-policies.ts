import type { ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { listAttachedPolicies } from './policy-holder.ts'
import { findRole } from './role.ts'

/**
 * The managed policies that are attached to a role.
 * Source: IAM API Reference, ListAttachedRolePolicies.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listAttachedRolePolicies: Operation<ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse> = {
  action: 'iam:ListAttachedRolePolicies',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    return listAttachedPolicies(ctx, findRole(ctx, input.RoleName), input)
  },
}
