import type { ListParentsRequest, ListParentsResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { managedOrganization } from './membership.ts'
import { isMember } from './organization-tree.ts'
import { parentIdOf } from './organizational-unit.ts'

/**
 * Where a unit or account is: one place.
 * Source: Organizations API Reference, ListParents.
 *
 * @throws ChildNotFoundException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const listParents: Operation<ListParentsRequest, ListParentsResponse> = {
  action: 'organizations:ListParents',
  kind: 'read',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { tx } = ctx
    const { ChildId: childId = '' } = input
    if (!/^(\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/.test(childId)) throw errors.invalidPattern('ChildId', childId)
    const account = tx.get('account', childId)
    const parentId =
      account && isMember(organization, account)
        ? parentIdOf(tx, account)
        : tx.get('organizational-unit', childId)?.parentId
    if (parentId === undefined) throw errors.childNotFound()
    return { Parents: [{ Id: parentId, Type: parentId.startsWith('r-') ? 'ROOT' : 'ORGANIZATIONAL_UNIT' }] }
  },
}
