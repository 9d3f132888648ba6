import type { AttachGroupPolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { findGroup } from './group.ts'
import { withAttachedPolicy } from './policy-holder.ts'

/**
 * Attaches a managed policy to a group.
 * Source: IAM API Reference, AttachGroupPolicy.
 *
 * @throws NoSuchEntity, InvalidInput, LimitExceeded, PolicyNotAttachable
 */
export const attachGroupPolicy: Operation<AttachGroupPolicyRequest, object> = {
  action: 'iam:AttachGroupPolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const group = findGroup(ctx, input.GroupName)
    ctx.tx.put('group', withAttachedPolicy(ctx, group, 'group', input.PolicyArn))
    return {}
  },
}
