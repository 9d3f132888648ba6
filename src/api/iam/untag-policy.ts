import type { UntagPolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { requireOwnPolicy } from './managed-policy.ts'
import { withoutTags } from './tags.ts'

/**
 * Removes tags of a policy of the account's own; keys that it does not have are no error.
 * Source: IAM API Reference, UntagPolicy.
 *
 * @throws NoSuchEntity
 */
export const untagPolicy: Operation<UntagPolicyRequest, object> = {
  action: 'iam:UntagPolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const policy = requireOwnPolicy(ctx, input.PolicyArn)
    ctx.tx.put('managed-policy', { ...policy, tags: withoutTags(policy.tags, input.TagKeys, 'Policy') })
    return {}
  },
}
