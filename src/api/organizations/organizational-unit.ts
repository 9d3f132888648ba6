import assert from 'node:assert/strict'
import type { OrganizationalUnit as DescribedUnit, Root } from '@aws-sdk/client-organizations'
import type { Account, Organization } from '../../resource/account.ts'
import type { OrganizationalUnit } from '../../resource/organizational-unit.ts'
import type { View } from '../../state/transaction.ts'
import { errors } from './errors.ts'
import { fullAwsAccess } from './full-aws-access.ts'
import { isMember, rootOf } from './organization-tree.ts'

/** Of the ids of organizations, roots, units and policies. */
export const idAlphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Levels of units below the root. */
export const maxUnitDepth = 5

/**
 * No policy type is in force at first (observed; the reference page of CreateOrganization says that service control
 * policies are).
 */
const initialPolicyTypes: readonly string[] = []

/** @param suffix four characters of `idAlphabet` */
export function newRoot(suffix: string): OrganizationalUnit {
  return {
    organizationalUnitId: `r-${suffix}`,
    name: 'Root',
    enabledPolicyTypes: initialPolicyTypes,
    policyIds: [fullAwsAccess.policyId],
    tags: [],
  }
}

export function requireRoot(view: View): OrganizationalUnit {
  const root = rootOf(view)
  assert(root, 'the organization has no root')
  return root
}

/** A unit that is not the root. @throws OrganizationalUnitNotFoundException, InvalidInputException */
export function findUnit(view: View, unitId = ''): OrganizationalUnit {
  if (!/^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/.test(unitId)) throw errors.invalidPattern('OrganizationalUnitId', unitId)
  const unit = view.get('organizational-unit', unitId)
  if (!unit) throw errors.organizationalUnitNotFound()
  return unit
}

/** The root or a unit; undefined when it does not exist. @throws InvalidInputException */
export function findParent(view: View, parentId = '', member = 'ParentId'): OrganizationalUnit | undefined {
  if (!/^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/.test(parentId)) {
    throw errors.invalidPattern(member, parentId)
  }
  return view.get('organizational-unit', parentId)
}

export function unitsBelow(view: View, parentId: string): readonly OrganizationalUnit[] {
  return view.by('organizational-unit', 'parentId', parentId)
}

export function parentIdOf(view: View, account: Account): string {
  return account.parentId ?? requireRoot(view).organizationalUnitId
}

export function accountsBelow(view: View, organization: Organization, parentId: string): readonly Account[] {
  return [...view.all('account')].filter(
    (account) => isMember(organization, account) && parentIdOf(view, account) === parentId,
  )
}

/** A member account. @throws AccountNotFoundException, InvalidInputException */
export function findAccount(view: View, organization: Organization, accountId = ''): Account {
  if (!/^\d{12}$/.test(accountId)) throw errors.invalidPattern('AccountId', accountId)
  const account = view.get('account', accountId)
  if (!account || !isMember(organization, account)) throw errors.accountNotFound()
  return account
}

export function unitArn({ managementAccountId, organizationId }: Organization, unitId: string): string {
  const type = unitId.startsWith('r-') ? 'root' : 'ou'
  return `arn:aws:organizations::${managementAccountId}:${type}/${organizationId}/${unitId}`
}

export function describeUnit(organization: Organization, unit: OrganizationalUnit): DescribedUnit {
  const { organizationalUnitId, name } = unit
  return { Id: organizationalUnitId, Arn: unitArn(organization, organizationalUnitId), Name: name }
}

export function describeRoot(organization: Organization, root: OrganizationalUnit): Root {
  return {
    Id: root.organizationalUnitId,
    Arn: unitArn(organization, root.organizationalUnitId),
    Name: root.name,
    PolicyTypes: root.enabledPolicyTypes?.includes('SERVICE_CONTROL_POLICY')
      ? [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }]
      : [],
  }
}

/** @throws InvalidInputException, DuplicateOrganizationalUnitException: names of siblings differ */
export function checkUnitName(view: View, parentId: string, name = '', except?: string): string {
  if (name.length < 1 || name.length > 128) throw errors.invalidInput('Name must have 1 to 128 characters.')
  for (const sibling of unitsBelow(view, parentId)) {
    if (sibling.name === name && sibling.organizationalUnitId !== except) throw errors.duplicateOrganizationalUnit()
  }
  return name
}
