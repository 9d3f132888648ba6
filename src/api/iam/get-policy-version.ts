import type { GetPolicyVersionRequest, GetPolicyVersionResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { requirePolicy } from './managed-policy.ts'
import { encodeDocument } from './policy-document.ts'
import { describeVersion, policyVersion } from './policy-version.ts'

/**
 * One version of a managed policy with its document, URL-encoded.
 * Source: IAM API Reference, GetPolicyVersion.
 *
 * @throws NoSuchEntity, InvalidInput, ValidationError
 */
export const getPolicyVersion: Operation<GetPolicyVersionRequest, GetPolicyVersionResponse> = {
  action: 'iam:GetPolicyVersion',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const policy = requirePolicy(ctx, input.PolicyArn)
    const version = policyVersion(policy, input.VersionId)
    return { PolicyVersion: { ...describeVersion(policy, version), Document: encodeDocument(version.document) } }
  },
}
