import type { GetGroupPolicyRequest, GetGroupPolicyResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { findGroup } from './group.ts'
import { describeInlinePolicy } from './policy-holder.ts'

/**
 * The document of a policy of a group's own, URL-encoded.
 * Source: IAM API Reference, GetGroupPolicy.
 *
 * @throws NoSuchEntity
 */
export const getGroupPolicy: Operation<GetGroupPolicyRequest, GetGroupPolicyResponse> = {
  action: 'iam:GetGroupPolicy',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const group = findGroup(ctx, input.GroupName)
    return { GroupName: group.groupName, ...describeInlinePolicy(group, 'group', input.PolicyName) }
  },
}
