import type { PolicyHolder } from './identity.ts'
import type { Tag } from './tag.ts'

/** An AWS account: the tenant. The management account is made at first start, others by organizations:CreateAccount. */
export interface Account {
  /** Twelve digits. */
  readonly accountId: string
  readonly name: string
  readonly email: string
  readonly status: 'ACTIVE' | 'SUSPENDED'
  readonly joinedMethod: 'INVITED' | 'CREATED'
  /** ISO 8601. */
  readonly joinedAt: string
  /** The organisational unit or root it is in; absent when it is directly under the root. */
  readonly parentId?: string
  /** Ids of service control policies attached to the account itself. */
  readonly policyIds?: readonly string[]
  /** `car-…` of the CreateAccount request that made it; absent on the management account. */
  readonly createRequestId?: string
  readonly isManagement: boolean
  /** The account alias of IAM; no other account has it. */
  readonly alias?: string
  readonly tags?: readonly Tag[]
}

/**
 * An account has used a region: its default VPC there has been made. The record stays when that VPC is deleted, so
 * that it is not made again, as on AWS.
 */
export interface AccountRegion {
  readonly accountId: string
  readonly region: string
}

/** The organisation of the management account; at most one exists. */
export interface Organization {
  /** `o-` and ten characters. */
  readonly organizationId: string
  readonly managementAccountId: string
  readonly featureSet: 'ALL' | 'CONSOLIDATED_BILLING'
  readonly createdAt: string
  /** CreateAccount requests that failed, oldest first, so that DescribeCreateAccountStatus can tell why. The last 100. */
  readonly failedAccountRequests?: readonly FailedAccountRequest[]
}

/** A CreateAccount request that made no account. */
export interface FailedAccountRequest {
  /** `car-…`. */
  readonly createRequestId: string
  readonly accountName: string
  readonly failureReason: 'EMAIL_ALREADY_EXISTS'
  readonly requestedAt: string
}

/** A long-lived access key: of an account's root user, or of an IAM user. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly accountId: string
  /** Absent for the root user. */
  readonly userName?: string
  readonly status: 'Active' | 'Inactive'
  readonly createdAt: string
}

/** An IAM role. Policies are documents as text, checked when they were put. */
export interface Role extends PolicyHolder {
  /** `AROA…`. */
  readonly roleId: string
  readonly roleName: string
  /** Begins and ends with `/`. */
  readonly path: string
  readonly accountId: string
  readonly description?: string
  readonly assumeRolePolicyDocument: string
  /** ARN of a managed policy: the most that the role's own policies can give. */
  readonly permissionsBoundaryArn?: string
  /** `elasticloadbalancing.amazonaws.com`: a role that this service owns and only it changes. */
  readonly linkedService?: string
  readonly maxSessionDurationSeconds: number
  readonly createdAt: string
  readonly tags: readonly Tag[]
}

/** `arn:aws:iam::ACCOUNT:role/PATH/NAME`. */
export function roleArnOf(role: Role): string {
  return `arn:aws:iam::${role.accountId}:role${role.path}${role.roleName}`
}

/** What `arn:aws:iam::ACCOUNT:role/PATH/NAME` is about; undefined for any other text. The path is not checked. */
export function parseRoleArn(arn: string): { readonly accountId: string; readonly roleName: string } | undefined {
  const match = /^arn:aws:iam::(\d{12}):role\/(?:[\x21-\x7e]*\/)?([\w+=,.@-]{1,64})$/.exec(arn)
  return match?.[1] && match[2] ? { accountId: match[1], roleName: match[2] } : undefined
}
