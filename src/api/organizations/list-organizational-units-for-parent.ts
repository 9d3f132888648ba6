import type {
  ListOrganizationalUnitsForParentRequest,
  ListOrganizationalUnitsForParentResponse,
} from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { managedOrganization } from './membership.ts'
import { describeUnit, findParent, unitsBelow } from './organizational-unit.ts'
import { page } from './pagination.ts'

/**
 * The units directly below the root or a unit.
 * Source: Organizations API Reference, ListOrganizationalUnitsForParent.
 *
 * @throws ParentNotFoundException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const listOrganizationalUnitsForParent: Operation<
  ListOrganizationalUnitsForParentRequest,
  ListOrganizationalUnitsForParentResponse
> = {
  action: 'organizations:ListOrganizationalUnitsForParent',
  kind: 'read',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const parent = findParent(ctx.tx, input.ParentId)
    if (!parent) throw errors.parentNotFound()
    const units = unitsBelow(ctx.tx, parent.organizationalUnitId)
    const { items, ...end } = page(units, ({ organizationalUnitId }) => organizationalUnitId, input)
    return { OrganizationalUnits: items.map((unit) => describeUnit(organization, unit)), ...end }
  },
}
