import type { ListUserPoliciesRequest, ListUserPoliciesResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { listInlinePolicies } from './policy-holder.ts'
import { findUser } from './user.ts'

/**
 * The names of a user's own policies.
 * Source: IAM API Reference, ListUserPolicies.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listUserPolicies: Operation<ListUserPoliciesRequest, ListUserPoliciesResponse> = {
  action: 'iam:ListUserPolicies',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    return listInlinePolicies(findUser(ctx, input.UserName), input)
  },
}
