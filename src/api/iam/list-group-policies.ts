import type { ListGroupPoliciesRequest, ListGroupPoliciesResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { findGroup } from './group.ts'
import { listInlinePolicies } from './policy-holder.ts'

/**
 * The names of a group's own policies.
 * Source: IAM API Reference, ListGroupPolicies.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listGroupPolicies: Operation<ListGroupPoliciesRequest, ListGroupPoliciesResponse> = {
  action: 'iam:ListGroupPolicies',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    return listInlinePolicies(findGroup(ctx, input.GroupName), input)
  },
}
