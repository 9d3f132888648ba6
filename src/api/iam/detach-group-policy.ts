import type { DetachGroupPolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { findGroup } from './group.ts'
import { withoutAttachedPolicy } from './policy-holder.ts'

/**
 * Takes a managed policy away from a group.
 * Source: IAM API Reference, DetachGroupPolicy.
 *
 * @throws NoSuchEntity, InvalidInput
 */
export const detachGroupPolicy: Operation<DetachGroupPolicyRequest, object> = {
  action: 'iam:DetachGroupPolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    ctx.tx.put('group', withoutAttachedPolicy(ctx, findGroup(ctx, input.GroupName), input.PolicyArn))
    return {}
  },
}
