import type { GetAccountSummaryResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { quotas } from './quotas.ts'

/** How much of IAM the account uses, and its quotas. Source: IAM API Reference, GetAccountSummary. */
export const getAccountSummary: Operation<object, GetAccountSummaryResponse> = {
  action: 'iam:GetAccountSummary',
  kind: 'read',

  handle(_input, ctx) {
    const { tx, accountId } = ctx
    const policies = tx.by('managed-policy', 'accountId', accountId)
    const rootKeys = tx.by('access-key', 'userName', `${accountId}|`)
    const { inlinePolicyCharacters } = quotas
    return {
      SummaryMap: {
        Users: tx.by('user', 'accountId', accountId).length,
        UsersQuota: quotas.usersPerAccount,
        Groups: tx.by('group', 'accountId', accountId).length,
        GroupsQuota: quotas.groupsPerAccount,
        Roles: tx.by('role', 'accountId', accountId).length,
        RolesQuota: quotas.rolesPerAccount,
        Policies: policies.length,
        PoliciesQuota: quotas.policiesPerAccount,
        PolicyVersionsInUse: policies.reduce((sum, { versions }) => sum + versions.length, 0),
        InstanceProfiles: tx.by('instance-profile', 'accountId', accountId).length,
        InstanceProfilesQuota: quotas.instanceProfilesPerAccount,
        AccessKeysPerUserQuota: quotas.accessKeysPerUser,
        GroupsPerUserQuota: quotas.groupsPerUser,
        VersionsPerPolicyQuota: quotas.versionsPerPolicy,
        PolicySizeQuota: quotas.managedPolicyCharacters,
        AssumeRolePolicySizeQuota: quotas.trustPolicyCharacters,
        UserPolicySizeQuota: inlinePolicyCharacters.user,
        GroupPolicySizeQuota: inlinePolicyCharacters.group,
        RolePolicySizeQuota: inlinePolicyCharacters.role,
        AttachedPoliciesPerUserQuota: quotas.managedPoliciesPerHolder,
        AttachedPoliciesPerGroupQuota: quotas.managedPoliciesPerHolder,
        AttachedPoliciesPerRoleQuota: quotas.managedPoliciesPerHolder,
        AccountAccessKeysPresent: rootKeys.length > 0 ? 1 : 0,
        AccountMFAEnabled: 0,
        AccountPasswordPresent: 0,
        AccountSigningCertificatesPresent: 0,
        MFADevices: 0,
        MFADevicesInUse: 0,
        Providers: 0,
        ServerCertificates: 0,
      },
    }
  },
}
