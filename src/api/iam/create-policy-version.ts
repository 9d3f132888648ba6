import type { CreatePolicyVersionRequest, CreatePolicyVersionResponse } from '@aws-sdk/client-iam'
import type { ManagedPolicy } from '../../resource/identity.ts'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { requireOwnPolicy } from './managed-policy.ts'
import { checkManagedPolicy } from './policy-document.ts'
import { describeVersion, newVersionId } from './policy-version.ts'
import { quotas } from './quotas.ts'

/**
 * A new document of a managed policy; it is in force at once when the request says so. Numbers are not used twice.
 * Source: IAM API Reference, CreatePolicyVersion.
 *
 * @throws NoSuchEntity, MalformedPolicyDocument, LimitExceeded, InvalidInput, AccessDenied
 */
export const createPolicyVersion: Operation<CreatePolicyVersionRequest, CreatePolicyVersionResponse> = {
  action: 'iam:CreatePolicyVersion',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const policy = requireOwnPolicy(ctx, input.PolicyArn)
    const document = checkManagedPolicy(input.PolicyDocument ?? '')
    if (policy.versions.length >= quotas.versionsPerPolicy) throw errors.tooManyVersions(quotas.versionsPerPolicy)
    const version = { versionId: newVersionId(policy), document, createdAt: ctx.now.toISOString() }
    const changed: ManagedPolicy = {
      ...policy,
      versions: [...policy.versions, version],
      lastVersionNumber: Number(version.versionId.slice(1)),
      updatedAt: version.createdAt,
      ...(input.SetAsDefault ? { defaultVersionId: version.versionId } : {}),
    }
    ctx.tx.put('managed-policy', changed)
    return { PolicyVersion: describeVersion(changed, version) }
  },
}
