import type { DeleteOrganizationalUnitRequest } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { managedOrganization } from './membership.ts'
import { accountsBelow, findUnit, unitsBelow } from './organizational-unit.ts'

/**
 * Removes a unit that holds nothing.
 * Source: Organizations API Reference, DeleteOrganizationalUnit.
 *
 * @throws OrganizationalUnitNotFoundException, OrganizationalUnitNotEmptyException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const deleteOrganizationalUnit: Operation<DeleteOrganizationalUnitRequest, object> = {
  action: 'organizations:DeleteOrganizationalUnit',
  kind: 'write',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { tx } = ctx
    const { organizationalUnitId } = findUnit(tx, input.OrganizationalUnitId)
    const isEmpty =
      unitsBelow(tx, organizationalUnitId).length === 0 &&
      accountsBelow(tx, organization, organizationalUnitId).length === 0
    if (!isEmpty) throw errors.organizationalUnitNotEmpty()
    tx.delete('organizational-unit', organizationalUnitId)
    return {}
  },
}
