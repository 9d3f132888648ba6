import type {
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse,
  GroupDetail,
  ManagedPolicyDetail,
  PolicyDetail,
  RoleDetail,
  UserDetail,
} from '@aws-sdk/client-iam'
import type { Role } from '../../resource/account.ts'
import type { Group, ManagedPolicy, PolicyHolder, User } from '../../resource/identity.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { describeGroup } from './group.ts'
import { describeListedInstanceProfile, instanceProfilesOf } from './instance-profile.ts'
import { allAwsPolicies, describeListedPolicy, usageOf } from './managed-policy.ts'
import { page, pageEnd } from './pagination.ts'
import { describeBoundary } from './permissions-boundary.ts'
import { encodeDocument } from './policy-document.ts'
import { describeAttachedPolicies } from './policy-holder.ts'
import { describeVersion } from './policy-version.ts'
import { describeListedRole } from './role.ts'
import { describeTags } from './tags.ts'
import { describeListedUser } from './user.ts'

/**
 * Everything that decides permissions in the account, in one paged answer: users, groups, roles, and managed policies.
 * Source: IAM API Reference, GetAccountAuthorizationDetails.
 *
 * @throws ValidationError
 */
export const getAccountAuthorizationDetails: Operation<
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse
> = {
  action: 'iam:GetAccountAuthorizationDetails',
  kind: 'read',
  missing: [
    "Of AWS's managed policies those are listed that are attached or a boundary.",
    'RoleLastUsed is absent: uses are not recorded.',
  ],

  handle(input, ctx) {
    checkConstraints(input)
    checkFilter(input.Filter)
    const { tx, accountId } = ctx
    const inUse = [...allAwsPolicies()].filter(({ policyArn }) => {
      const { attached, boundaries } = usageOf(ctx, policyArn)
      return attached + boundaries > 0
    })
    const entries: readonly Entry[] = [
      ...tx
        .by('group', 'accountId', accountId)
        .map((value) => ({ kind: 'Group' as const, name: value.groupName, value })),
      ...tx.by('role', 'accountId', accountId).map((value) => ({ kind: 'Role' as const, name: value.roleName, value })),
      ...tx.by('user', 'accountId', accountId).map((value) => ({ kind: 'User' as const, name: value.userName, value })),
      ...tx
        .by('managed-policy', 'accountId', accountId)
        .map((value) => ({ kind: 'LocalManagedPolicy' as const, name: value.policyName, value })),
      ...inUse.map((value) => ({ kind: 'AWSManagedPolicy' as const, name: value.policyName, value })),
    ]
    const wanted = entries.filter(({ kind }) => !input.Filter?.length || input.Filter.includes(kind))
    const shown = page(wanted, ({ kind, name }) => `${kind}|${name.toLowerCase()}`, input)
    const answer = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] } as Required<
      Pick<GetAccountAuthorizationDetailsResponse, 'UserDetailList' | 'GroupDetailList' | 'RoleDetailList' | 'Policies'>
    >
    for (const entry of shown.items) {
      if (entry.kind === 'User') answer.UserDetailList.push(userDetail(ctx, entry.value))
      else if (entry.kind === 'Group') answer.GroupDetailList.push(groupDetail(ctx, entry.value))
      else if (entry.kind === 'Role') answer.RoleDetailList.push(roleDetail(ctx, entry.value))
      else answer.Policies.push(policyDetail(ctx, entry.value))
    }
    return { ...answer, ...pageEnd(shown) }
  },
}

/** The items of a list are refused together. */
function checkFilter(filter: readonly string[] | undefined): void {
  const kinds = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy']
  if (!filter || filter.every((kind) => kinds.includes(kind))) return
  throw errors.validation(
    `1 validation error detected: Value '[${filter.join(', ')}]' at 'filter' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [${kinds.join(', ')}]]`,
  )
}

type Entry =
  | { readonly kind: 'User'; readonly name: string; readonly value: User }
  | { readonly kind: 'Group'; readonly name: string; readonly value: Group }
  | { readonly kind: 'Role'; readonly name: string; readonly value: Role }
  | { readonly kind: 'LocalManagedPolicy' | 'AWSManagedPolicy'; readonly name: string; readonly value: ManagedPolicy }

function inlinePolicies(holder: PolicyHolder): PolicyDetail[] {
  return Object.entries(holder.inlinePolicies).map(([name, document]) => ({
    PolicyName: name,
    PolicyDocument: encodeDocument(document),
  }))
}

function userDetail(ctx: OperationContext, user: User): UserDetail {
  return {
    ...describeListedUser(user),
    ...describeBoundary(user),
    UserPolicyList: inlinePolicies(user),
    GroupList: [...user.groupNames],
    AttachedManagedPolicies: describeAttachedPolicies(ctx, user),
    Tags: describeTags(user.tags),
  }
}

function groupDetail(ctx: OperationContext, group: Group): GroupDetail {
  return {
    ...describeGroup(group),
    GroupPolicyList: inlinePolicies(group),
    AttachedManagedPolicies: describeAttachedPolicies(ctx, group),
  }
}

function roleDetail(ctx: OperationContext, role: Role): RoleDetail {
  const { Description: _, MaxSessionDuration: __, ...listed } = describeListedRole(role)
  return {
    ...listed,
    ...describeBoundary(role),
    InstanceProfileList: instanceProfilesOf(ctx, role.roleName).map((each) => describeListedInstanceProfile(ctx, each)),
    RolePolicyList: inlinePolicies(role),
    AttachedManagedPolicies: describeAttachedPolicies(ctx, role),
    Tags: describeTags(role.tags),
  }
}

function policyDetail(ctx: OperationContext, policy: ManagedPolicy): ManagedPolicyDetail {
  return {
    ...describeListedPolicy(ctx, policy),
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    PolicyVersionList: policy.versions.map((version) => ({
      ...describeVersion(policy, version),
      Document: encodeDocument(version.document),
    })),
  }
}
