import type { ListAttachedGroupPoliciesRequest, ListAttachedGroupPoliciesResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { findGroup } from './group.ts'
import { listAttachedPolicies } from './policy-holder.ts'

/**
 * The managed policies that are attached to a group.
 * Source: IAM API Reference, ListAttachedGroupPolicies.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listAttachedGroupPolicies: Operation<ListAttachedGroupPoliciesRequest, ListAttachedGroupPoliciesResponse> =
  {
    action: 'iam:ListAttachedGroupPolicies',
    kind: 'read',

    handle(input, ctx) {
      checkConstraints(input)
      return listAttachedPolicies(ctx, findGroup(ctx, input.GroupName), input)
    },
  }
