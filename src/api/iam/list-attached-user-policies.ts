import type { ListAttachedUserPoliciesRequest, ListAttachedUserPoliciesResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { listAttachedPolicies } from './policy-holder.ts'
import { findUser } from './user.ts'

/**
 * The managed policies that are attached to a user.
 * Source: IAM API Reference, ListAttachedUserPolicies.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listAttachedUserPolicies: Operation<ListAttachedUserPoliciesRequest, ListAttachedUserPoliciesResponse> = {
  action: 'iam:ListAttachedUserPolicies',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    return listAttachedPolicies(ctx, findUser(ctx, input.UserName), input)
  },
}
