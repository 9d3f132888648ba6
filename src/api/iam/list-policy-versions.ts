import type { ListPolicyVersionsRequest, ListPolicyVersionsResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { requirePolicy } from './managed-policy.ts'
import { page, pageEnd } from './pagination.ts'
import { describeVersion } from './policy-version.ts'

/**
 * The versions of a managed policy, newest first, without their documents.
 * Source: IAM API Reference, ListPolicyVersions.
 *
 * @throws NoSuchEntity, InvalidInput, ValidationError
 */
export const listPolicyVersions: Operation<ListPolicyVersionsRequest, ListPolicyVersionsResponse> = {
  action: 'iam:ListPolicyVersions',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const policy = requirePolicy(ctx, input.PolicyArn)
    // Five digits are enough for the newest to sort first: see policy-version.ts.
    const rank = ({ versionId }: { versionId: string }) => String(99_999 - Number(versionId.slice(1))).padStart(5, '0')
    const shown = page(policy.versions, rank, input)
    return { Versions: shown.items.map((version) => describeVersion(policy, version)), ...pageEnd(shown) }
  },
}
