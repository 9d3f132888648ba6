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
  /** `car-…` of the CreateAccount request that made it; absent on the management account. */
  readonly createRequestId?: string
  readonly isManagement: boolean
}

/** The organisation of the management account; at most one exists. */
export interface Organization {
  /** `o-` and ten characters. */
  readonly organizationId: string
  readonly managementAccountId: string
  readonly featureSet: 'ALL' | 'CONSOLIDATED_BILLING'
  readonly createdAt: string
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
export interface Role {
  /** `AROA…`. */
  readonly roleId: string
  readonly roleName: string
  /** Begins and ends with `/`. */
  readonly path: string
  readonly accountId: string
  readonly assumeRolePolicyDocument: string
  /** name → document */
  readonly inlinePolicies: Readonly<Record<string, string>>
  readonly maxSessionDurationSeconds: number
  readonly createdAt: string
}
