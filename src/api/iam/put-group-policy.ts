import type { PutGroupPolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { findGroup } from './group.ts'
import { withInlinePolicy } from './policy-holder.ts'

/**
 * Adds or replaces a policy of a group's own.
 * Source: IAM API Reference, PutGroupPolicy.
 *
 * @throws NoSuchEntity, MalformedPolicyDocument, LimitExceeded
 */
export const putGroupPolicy: Operation<PutGroupPolicyRequest, object> = {
  action: 'iam:PutGroupPolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const group = findGroup(ctx, input.GroupName)
    ctx.tx.put('group', withInlinePolicy(group, ['group', group.groupName], input))
    return {}
  },
}
