import type { UpdateOrganizationalUnitRequest, UpdateOrganizationalUnitResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { managedOrganization } from './membership.ts'
import { checkUnitName, describeUnit, findUnit } from './organizational-unit.ts'

/**
 * Renames a unit; its id, policies and accounts stay.
 * Source: Organizations API Reference, UpdateOrganizationalUnit.
 *
 * @throws OrganizationalUnitNotFoundException, DuplicateOrganizationalUnitException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const updateOrganizationalUnit: Operation<UpdateOrganizationalUnitRequest, UpdateOrganizationalUnitResponse> = {
  action: 'organizations:UpdateOrganizationalUnit',
  kind: 'write',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { tx } = ctx
    const unit = findUnit(tx, input.OrganizationalUnitId)
    if (input.Name === undefined) return { OrganizationalUnit: describeUnit(organization, unit) }
    const name = checkUnitName(tx, unit.parentId ?? '', input.Name, unit.organizationalUnitId)
    tx.put('organizational-unit', { ...unit, name })
    return { OrganizationalUnit: describeUnit(organization, { ...unit, name }) }
  },
}
