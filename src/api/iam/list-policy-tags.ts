import type { ListPolicyTagsRequest, ListPolicyTagsResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { requirePolicy } from './managed-policy.ts'
import { page, pageEnd } from './pagination.ts'
import { describeTags } from './tags.ts'

/**
 * The tags of a policy of the account's own, by key.
 * Source: IAM API Reference, ListPolicyTags.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listPolicyTags: Operation<ListPolicyTagsRequest, ListPolicyTagsResponse> = {
  action: 'iam:ListPolicyTags',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const shown = page(requirePolicy(ctx, input.PolicyArn).tags, ({ key }) => key.toLowerCase(), input)
    return { Tags: describeTags(shown.items), ...pageEnd(shown) }
  },
}
