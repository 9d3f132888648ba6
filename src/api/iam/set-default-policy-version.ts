import type { SetDefaultPolicyVersionRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { requireOwnPolicy } from './managed-policy.ts'
import { policyVersion } from './policy-version.ts'

/**
 * Puts another version of a managed policy into force, for everybody who has it.
 * Source: IAM API Reference, SetDefaultPolicyVersion.
 *
 * @throws NoSuchEntity, InvalidInput, ValidationError, AccessDenied
 */
export const setDefaultPolicyVersion: Operation<SetDefaultPolicyVersionRequest, object> = {
  action: 'iam:SetDefaultPolicyVersion',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const policy = requireOwnPolicy(ctx, input.PolicyArn)
    const { versionId } = policyVersion(policy, input.VersionId)
    ctx.tx.put('managed-policy', { ...policy, defaultVersionId: versionId, updatedAt: ctx.now.toISOString() })
    return {}
  },
}
