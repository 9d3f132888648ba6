import type { PolicyVersion } from '@aws-sdk/client-iam'
import type { ManagedPolicy, ManagedPolicyVersion } from '../../resource/identity.ts'
import { errors } from './errors.ts'

/** @throws NoSuchEntity */
export function policyVersion(policy: ManagedPolicy, versionId = ''): ManagedPolicyVersion {
  const version = policy.versions.find((each) => each.versionId === versionId)
  if (!version) throw errors.policyVersionNotFound(policy.policyArn, versionId)
  return version
}

/** The next number; one that was given and deleted does not come again, so that it never means two documents. */
export function newVersionId({ versions, lastVersionNumber = 1 }: ManagedPolicy): string {
  const numbers = versions.map(({ versionId }) => Number(versionId.slice(1)))
  return `v${Math.max(lastVersionNumber, ...numbers) + 1}`
}

/** Without the document, which only some answers hold. */
export function describeVersion(policy: ManagedPolicy, { versionId, createdAt }: ManagedPolicyVersion): PolicyVersion {
  return {
    VersionId: versionId,
    IsDefaultVersion: versionId === policy.defaultVersionId,
    CreateDate: new Date(createdAt),
  }
}
