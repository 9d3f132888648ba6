/**
 * IAM's quotas per account, at AWS's defaults; sizes count characters without white space.
 * Source: IAM User Guide, "IAM and AWS STS quotas".
 */
export const quotas = {
  usersPerAccount: 5000,
  groupsPerAccount: 300,
  rolesPerAccount: 1000,
  policiesPerAccount: 1500,
  instanceProfilesPerAccount: 1000,
  accessKeysPerUser: 2,
  groupsPerUser: 10,
  /** Attached ones, for a user, a group or a role each. */
  managedPoliciesPerHolder: 10,
  versionsPerPolicy: 5,
  managedPolicyCharacters: 6144,
  trustPolicyCharacters: 2048,
  /** All inline policies of one holder together. */
  inlinePolicyCharacters: { user: 2048, group: 5120, role: 10240 },
} as const
