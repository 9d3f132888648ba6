import type { ListChildrenRequest, ListChildrenResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { managedOrganization } from './membership.ts'
import { accountsBelow, findParent, unitsBelow } from './organizational-unit.ts'
import { page } from './pagination.ts'

/**
 * The ids of what is directly below the root or a unit: accounts or units.
 * Source: Organizations API Reference, ListChildren.
 *
 * @throws ParentNotFoundException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const listChildren: Operation<ListChildrenRequest, ListChildrenResponse> = {
  action: 'organizations:ListChildren',
  kind: 'read',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { tx } = ctx
    const parent = findParent(tx, input.ParentId)
    if (!parent) throw errors.parentNotFound()
    const { ChildType: type } = input
    if (type !== 'ACCOUNT' && type !== 'ORGANIZATIONAL_UNIT') {
      throw errors.invalidInput('ChildType must be ACCOUNT or ORGANIZATIONAL_UNIT.')
    }
    const ids =
      type === 'ACCOUNT'
        ? accountsBelow(tx, organization, parent.organizationalUnitId).map(({ accountId }) => accountId)
        : unitsBelow(tx, parent.organizationalUnitId).map(({ organizationalUnitId }) => organizationalUnitId)
    const { items, ...end } = page(ids, (id) => id, input)
    return { Children: items.map((Id) => ({ Id, Type: type })), ...end }
  },
}
