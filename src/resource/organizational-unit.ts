import type { Tag } from './tag.ts'

/** A place in the organisation's tree. The root (`r-…`) is one of them, without parent. */
export interface OrganizationalUnit {
  /** `r-` and four characters, or `ou-ROOT-` and eight. */
  readonly organizationalUnitId: string
  readonly name: string
  readonly parentId?: string
  /** Of the root only: the policy types that are in force, `SERVICE_CONTROL_POLICY`. */
  readonly enabledPolicyTypes?: readonly string[]
  /** Ids of service control policies attached here. */
  readonly policyIds: readonly string[]
  readonly tags: readonly Tag[]
}

/** A service control policy. `p-FullAWSAccess` is AWS's and a constant of the api room. */
export interface ServiceControlPolicy {
  /** `p-` and eight characters. */
  readonly policyId: string
  readonly name: string
  readonly description: string
  readonly document: string
  readonly tags: readonly Tag[]
}
