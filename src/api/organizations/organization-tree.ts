import type { Account, Organization } from '../../resource/account.ts'
import type { OrganizationalUnit } from '../../resource/organizational-unit.ts'
import type { View } from '../../state/transaction.ts'
import { fullAwsAccess } from './full-aws-access.ts'

/**
 * The tree of an organisation: one root, organisational units below it, and accounts as leaves.
 *
 * It is read from memory at every request that an account of the organisation makes, for its service control policies
 * and for the condition keys of the organisation; an account is at most six steps from the root.
 */

export const serviceControlPolicyType = 'SERVICE_CONTROL_POLICY'

/** The management account, and those that CreateAccount made. Accounts of trust mode stand outside. */
export function isMember(organization: Organization, account: Account): boolean {
  return account.accountId === organization.managementAccountId || account.createRequestId !== undefined
}

export function rootOf(view: View): OrganizationalUnit | undefined {
  for (const unit of view.all('organizational-unit')) if (unit.parentId === undefined) return unit
  return undefined
}

/** Where an account is: the root, then each organisational unit on the way down. Empty outside an organisation. */
export function ancestorsOf(view: View, account: Account): readonly OrganizationalUnit[] {
  const organization = view.get('organization', 'organization')
  if (!organization || !isMember(organization, account)) return []
  let unit = account.parentId === undefined ? rootOf(view) : view.get('organizational-unit', account.parentId)
  const path: OrganizationalUnit[] = []
  for (; unit; unit = view.get('organizational-unit', unit.parentId)) path.unshift(unit)
  return path
}

/** What is attached to the account itself; without a record of it, what AWS attaches to every new one. */
export function policyIdsOf(account: Account): readonly string[] {
  return account.policyIds ?? [fullAwsAccess.policyId]
}

/**
 * The condition keys aws:PrincipalOrgID and aws:PrincipalOrgPaths of an account.
 *
 * @returns undefined for an account in no organisation. The path is `o-…/r-…/ou-…/`: it ends with a slash and does not
 *          name the account
 */
export function orgPathOf(
  view: View,
  accountId: string,
): { readonly organizationId: string; readonly path: string } | undefined {
  const organization = view.get('organization', 'organization')
  const account = view.get('account', accountId)
  if (!organization || !account || !isMember(organization, account)) return undefined
  const { organizationId } = organization
  const ids = [organizationId, ...ancestorsOf(view, account).map((unit) => unit.organizationalUnitId)]
  return { organizationId, path: `${ids.join('/')}/` }
}

/**
 * The documents of the service control policies that bind an account: one list per level, root first, account last.
 *
 * @returns undefined where none binds: outside an organisation, in its management account, and while the policy type is
 *          not enabled on the root
 */
export function serviceControlDocumentsOf(view: View, accountId: string): readonly (readonly string[])[] | undefined {
  const organization = view.get('organization', 'organization')
  const account = view.get('account', accountId)
  if (!organization || !account || account.accountId === organization.managementAccountId) return undefined
  const units = ancestorsOf(view, account)
  if (!units[0]?.enabledPolicyTypes?.includes(serviceControlPolicyType)) return undefined
  return [...units.map((unit) => unit.policyIds), policyIdsOf(account)].map((ids) =>
    ids.flatMap((id) => serviceControlPolicy(view, id)?.document ?? []),
  )
}

export function serviceControlPolicy(view: View, policyId: string) {
  return policyId === fullAwsAccess.policyId ? fullAwsAccess : view.get('service-control-policy', policyId)
}
