import type { TagPolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { requireOwnPolicy } from './managed-policy.ts'
import { mergeTags, parseTags } from './tags.ts'

/**
 * Adds or replaces tags of a policy of the account's own.
 * Source: IAM API Reference, TagPolicy.
 *
 * @throws NoSuchEntity, InvalidInput, LimitExceeded
 */
export const tagPolicy: Operation<TagPolicyRequest, object> = {
  action: 'iam:TagPolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const policy = requireOwnPolicy(ctx, input.PolicyArn)
    ctx.tx.put('managed-policy', { ...policy, tags: mergeTags(policy.tags, parseTags(input.Tags, 'Policy'), 'Policy') })
    return {}
  },
}
