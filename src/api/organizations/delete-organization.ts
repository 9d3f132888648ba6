import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { withoutMember } from './leave.ts'
import { managedOrganization } from './membership.ts'
import { isMember } from './organization-tree.ts'

/**
 * Removes the organization with its root, units and policies, once only the management account is in it.
 * Source: Organizations API Reference, DeleteOrganization.
 *
 * @throws OrganizationNotEmptyException, AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const deleteOrganization: Operation<object, object> = {
  action: 'organizations:DeleteOrganization',
  kind: 'write',

  handle(_input, ctx) {
    const { tx } = ctx
    const organization = managedOrganization(ctx)
    const accounts = [...tx.all('account')].filter((account) => isMember(organization, account))
    if (accounts.length > 1) throw errors.organizationNotEmpty()
    for (const account of accounts) tx.put('account', withoutMember(account))
    for (const { organizationalUnitId } of [...tx.all('organizational-unit')]) {
      tx.delete('organizational-unit', organizationalUnitId)
    }
    for (const { policyId } of [...tx.all('service-control-policy')]) tx.delete('service-control-policy', policyId)
    tx.delete('organization', 'organization')
    return {}
  },
}
