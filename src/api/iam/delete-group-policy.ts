import type { DeleteGroupPolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { findGroup } from './group.ts'
import { withoutInlinePolicy } from './policy-holder.ts'

/**
 * Removes a policy of a group's own.
 * Source: IAM API Reference, DeleteGroupPolicy.
 *
 * @throws NoSuchEntity
 */
export const deleteGroupPolicy: Operation<DeleteGroupPolicyRequest, object> = {
  action: 'iam:DeleteGroupPolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    ctx.tx.put('group', withoutInlinePolicy(findGroup(ctx, input.GroupName), 'group', input.PolicyName))
    return {}
  },
}
