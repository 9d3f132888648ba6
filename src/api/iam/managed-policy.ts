import type { Policy as DescribedPolicy } from '@aws-sdk/client-iam'
import type { ManagedPolicy } from '../../resource/identity.ts'
import type { View } from '../../state/transaction.ts'
import { awsManagedPolicies } from './aws-managed-policies.ts'
import { errors } from './errors.ts'
import { describeSomeTags } from './tags.ts'

/**
 * Managed policies: the account's own, kept in state, and AWS's, which are constants. Both are shown, attached and
 * counted alike, so the constants are given the shape of a record.
 */
interface Reader {
  readonly tx: View
  readonly accountId: string
}

const awsPolicies: ReadonlyMap<string, ManagedPolicy> = new Map(
  [...awsManagedPolicies].map(([arn, { document, createdAt, defaultVersionId, ...policy }]) => [
    arn,
    {
      ...policy,
      accountId: 'aws',
      defaultVersionId,
      versions: [{ versionId: defaultVersionId, document, createdAt }],
      createdAt,
      updatedAt: createdAt,
      tags: [],
    },
  ]),
)

export function isAwsManaged({ accountId }: ManagedPolicy): boolean {
  return accountId === 'aws'
}

export function allAwsPolicies(): Iterable<ManagedPolicy> {
  return awsPolicies.values()
}

/** @throws InvalidInput for a text that is no ARN of a policy */
export function findPolicy({ tx, accountId }: Reader, policyArn: string): ManagedPolicy | undefined {
  if (!/^arn:aws:iam::(\d{12}|aws):policy\/([!-~]+\/)?[\w+=,.@-]{1,128}$/.test(policyArn)) {
    throw errors.invalidArn(policyArn)
  }
  const policy = awsPolicies.get(policyArn) ?? tx.get('managed-policy', policyArn)
  return policy && (isAwsManaged(policy) || policy.accountId === accountId) ? policy : undefined
}

/** @throws NoSuchEntity, InvalidInput */
export function requirePolicy(ctx: Reader, policyArn = ''): ManagedPolicy {
  const policy = findPolicy(ctx, policyArn)
  if (!policy) throw errors.policyNotFound(policyArn)
  return policy
}

/**
 * A policy that its account may change: not AWS's.
 *
 * @throws NoSuchEntity, InvalidInput, AccessDenied
 */
export function requireOwnPolicy(ctx: Reader, policyArn = ''): ManagedPolicy {
  const policy = requirePolicy(ctx, policyArn)
  if (isAwsManaged(policy)) {
    throw errors.accessDenied(`The policy ${policyArn} belongs to AWS and cannot be changed by an account.`)
  }
  return policy
}

/** Who has the policy, of this account. */
export function attachmentsOf({ tx, accountId }: Reader, policyArn: string) {
  const own = <T extends { readonly accountId: string }>(holders: readonly T[]) =>
    holders.filter((holder) => holder.accountId === accountId)
  return {
    users: own(tx.by('user', 'attachedPolicyArn', policyArn)),
    groups: own(tx.by('group', 'attachedPolicyArn', policyArn)),
    roles: own(tx.by('role', 'attachedPolicyArn', policyArn)),
    boundedUsers: own(tx.by('user', 'permissionsBoundaryArn', policyArn)),
    boundedRoles: own(tx.by('role', 'permissionsBoundaryArn', policyArn)),
  }
}

/** How often the policy is attached, and how often it is a boundary. */
export function usageOf(ctx: Reader, policyArn: string): { readonly attached: number; readonly boundaries: number } {
  const { users, groups, roles, boundedUsers, boundedRoles } = attachmentsOf(ctx, policyArn)
  return {
    attached: users.length + groups.length + roles.length,
    boundaries: boundedUsers.length + boundedRoles.length,
  }
}

/** As lists show a policy. */
export function describeListedPolicy(ctx: Reader, policy: ManagedPolicy): DescribedPolicy {
  const { attached, boundaries } = usageOf(ctx, policy.policyArn)
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId,
    Arn: policy.policyArn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: attached,
    PermissionsBoundaryUsageCount: boundaries,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.updatedAt),
  }
}

/** With what lists leave out: description and tags. */
export function describePolicy(ctx: Reader, policy: ManagedPolicy): DescribedPolicy {
  return {
    ...describeListedPolicy(ctx, policy),
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    ...describeSomeTags(policy.tags),
  }
}
