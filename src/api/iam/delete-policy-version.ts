import type { DeletePolicyVersionRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { requireOwnPolicy } from './managed-policy.ts'
import { policyVersion } from './policy-version.ts'

/**
 * Removes a version that is not in force.
 * Source: IAM API Reference, DeletePolicyVersion.
 *
 * @throws NoSuchEntity, DeleteConflict, InvalidInput, ValidationError, AccessDenied
 */
export const deletePolicyVersion: Operation<DeletePolicyVersionRequest, object> = {
  action: 'iam:DeletePolicyVersion',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const policy = requireOwnPolicy(ctx, input.PolicyArn)
    const { versionId } = policyVersion(policy, input.VersionId)
    if (versionId === policy.defaultVersionId) throw errors.defaultVersion()
    ctx.tx.put('managed-policy', {
      ...policy,
      versions: policy.versions.filter((version) => version.versionId !== versionId),
      updatedAt: ctx.now.toISOString(),
    })
    return {}
  },
}
