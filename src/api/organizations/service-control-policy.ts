import type { PolicySummary } from '@aws-sdk/client-organizations'
import { PolicyError, parsePolicy } from '../../policy/document.ts'
import type { Account, Organization } from '../../resource/account.ts'
import type { OrganizationalUnit, ServiceControlPolicy } from '../../resource/organizational-unit.ts'
import type { View } from '../../state/transaction.ts'
import { errors } from './errors.ts'
import { fullAwsAccess, fullAwsAccessArn } from './full-aws-access.ts'
import { isMember, policyIdsOf, rootOf, serviceControlPolicy, serviceControlPolicyType } from './organization-tree.ts'

/** Policies on one root, unit or account. */
export const maxPoliciesPerTarget = 5
const maxDocumentCharacters = 5120

/** @throws InvalidInputException, PolicyTypeNotAvailableForOrganizationException (every other type) */
export function checkPolicyType(organization: Organization, type: string | undefined): void {
  if (type === undefined || !/^[A-Z0-9_]+$/.test(type)) throw errors.invalidInput(`${type} is no policy type.`)
  if (type !== serviceControlPolicyType || organization.featureSet !== 'ALL') throw errors.policyTypeNotAvailable(type)
}

/** @throws PolicyNotFoundException, InvalidInputException */
export function findPolicy(view: View, policyId = ''): ServiceControlPolicy {
  if (!/^p-[0-9a-zA-Z_]{8,128}$/.test(policyId)) throw errors.invalidPattern('PolicyId', policyId)
  const policy = serviceControlPolicy(view, policyId)
  if (!policy) throw errors.policyNotFound()
  return policy
}

/** One that is not AWS's. @throws PolicyNotFoundException, InvalidInputException */
export function findOwnPolicy(view: View, policyId = ''): ServiceControlPolicy {
  const policy = findPolicy(view, policyId)
  if (policy === fullAwsAccess) throw errors.immutablePolicy()
  return policy
}

/** @throws MalformedPolicyDocumentException, ConstraintViolationException */
export function checkDocument(document = ''): string {
  if (document.length > maxDocumentCharacters) {
    throw errors.constraintViolation(
      `You have exceeded the content size limit for the specified policy: ${maxDocumentCharacters} characters.`,
    )
  }
  try {
    parsePolicy(document, 'identity')
  } catch (error) {
    if (error instanceof PolicyError) throw errors.malformedPolicyDocument(error.message)
    throw error
  }
  return document
}

/** @throws InvalidInputException, DuplicatePolicyException */
export function checkPolicyName(view: View, name = '', except?: string): string {
  if (name.length < 1 || name.length > 128) throw errors.invalidInput('Name must have 1 to 128 characters.')
  for (const policy of [fullAwsAccess, ...view.all('service-control-policy')]) {
    if (policy.name === name && policy.policyId !== except) throw errors.duplicatePolicy()
  }
  return name
}

/** @throws InvalidInputException */
export function checkDescription(description = ''): string {
  if (description.length > 512) throw errors.invalidInput('Description must have at most 512 characters.')
  return description
}

export function describePolicySummary(organization: Organization, policy: ServiceControlPolicy): PolicySummary {
  const { managementAccountId, organizationId } = organization
  const isAws = policy === fullAwsAccess
  return {
    Id: policy.policyId,
    Arn: isAws
      ? fullAwsAccessArn
      : `arn:aws:organizations::${managementAccountId}:policy/${organizationId}/service_control_policy/${policy.policyId}`,
    Name: policy.name,
    Description: policy.description,
    Type: serviceControlPolicyType,
    AwsManaged: isAws,
  }
}

/** What a policy is attached to: the root, a unit or a member account. */
export type Target =
  | { readonly type: 'ROOT' | 'ORGANIZATIONAL_UNIT'; readonly value: OrganizationalUnit }
  | { readonly type: 'ACCOUNT'; readonly value: Account }

/** @throws TargetNotFoundException, InvalidInputException */
export function findTarget(view: View, organization: Organization, targetId = '', member = 'TargetId'): Target {
  if (!/^(r-[0-9a-z]{4,32}|\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/.test(targetId)) {
    throw errors.invalidPattern(member, targetId)
  }
  const target = allTargets(view, organization).find((each) => targetIdOf(each) === targetId)
  if (!target) throw errors.targetNotFound()
  return target
}

export function targetIdOf({ type, value }: Target): string {
  return type === 'ACCOUNT' ? value.accountId : value.organizationalUnitId
}

export function attachedTo({ type, value }: Target): readonly string[] {
  return type === 'ACCOUNT' ? policyIdsOf(value) : value.policyIds
}

/** Root first, then units and accounts, each in the order they were made. */
export function allTargets(view: View, organization: Organization): readonly Target[] {
  const root = rootOf(view)
  return [
    ...[...view.all('organizational-unit')].map(
      (value): Target => ({ type: value === root ? 'ROOT' : 'ORGANIZATIONAL_UNIT', value }),
    ),
    ...[...view.all('account')]
      .filter((account) => isMember(organization, account))
      .map((value): Target => ({ type: 'ACCOUNT', value })),
  ]
}

/** While the type is not in force nothing is attached to anything. */
export function isInForce(view: View): boolean {
  return rootOf(view)?.enabledPolicyTypes?.includes(serviceControlPolicyType) ?? false
}
