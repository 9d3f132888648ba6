import type { Tag } from './tag.ts'

/**
 * IAM's nouns: who may sign requests in an account, and what their policies say. Roles are in account.ts, since every
 * account is born with one. Policy documents are kept as text, checked when they were put.
 */

/** What users, groups and roles have in common: policies of their own and attached ones. */
export interface PolicyHolder {
  /** name → document */
  readonly inlinePolicies: Readonly<Record<string, string>>
  /** ARNs of managed policies, in the order of their attachment. */
  readonly attachedPolicyArns: readonly string[]
}

export interface User extends PolicyHolder {
  /** `AIDA…`. */
  readonly userId: string
  readonly userName: string
  /** Begins and ends with `/`. */
  readonly path: string
  readonly accountId: string
  /** Names of groups of the same account. */
  readonly groupNames: readonly string[]
  /** ARN of a managed policy: the most that the user's own policies can give. */
  readonly permissionsBoundaryArn?: string
  readonly createdAt: string
  readonly tags: readonly Tag[]
}

export interface Group extends PolicyHolder {
  /** `AGPA…`. */
  readonly groupId: string
  readonly groupName: string
  readonly path: string
  readonly accountId: string
  readonly createdAt: string
}

/** A customer's managed policy. AWS's own (`arn:aws:iam::aws:policy/…`) are constants of the api room. */
export interface ManagedPolicy {
  /** `ANPA…`. */
  readonly policyId: string
  readonly policyArn: string
  readonly policyName: string
  readonly path: string
  readonly accountId: string
  readonly description?: string
  /** `v2`: the version that is in force. */
  readonly defaultVersionId: string
  /** Oldest first; at most five. */
  readonly versions: readonly ManagedPolicyVersion[]
  /** The highest number that a version ever had; absent while that is 1. */
  readonly lastVersionNumber?: number
  readonly createdAt: string
  readonly updatedAt: string
  readonly tags: readonly Tag[]
}

export interface ManagedPolicyVersion {
  readonly versionId: string
  readonly document: string
  readonly createdAt: string
}

/** What an instance is given so that it acts as a role. A record here: there is no metadata service that hands out keys. */
export interface InstanceProfile {
  /** `AIPA…`. */
  readonly instanceProfileId: string
  readonly instanceProfileName: string
  readonly path: string
  readonly accountId: string
  /** At most one role of the same account. */
  readonly roleNames: readonly string[]
  readonly createdAt: string
  readonly tags: readonly Tag[]
}

/** `arn:aws:iam::ACCOUNT:user/PATH/NAME`. */
export function userArnOf({ accountId, path, userName }: User): string {
  return `arn:aws:iam::${accountId}:user${path}${userName}`
}

/** `arn:aws:iam::ACCOUNT:group/PATH/NAME`. */
export function groupArnOf({ accountId, path, groupName }: Group): string {
  return `arn:aws:iam::${accountId}:group${path}${groupName}`
}

/** `arn:aws:iam::ACCOUNT:instance-profile/PATH/NAME`. */
export function instanceProfileArnOf({ accountId, path, instanceProfileName }: InstanceProfile): string {
  return `arn:aws:iam::${accountId}:instance-profile${path}${instanceProfileName}`
}
