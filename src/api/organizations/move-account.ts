import type { MoveAccountRequest } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { managedOrganization } from './membership.ts'
import { findAccount, findParent, parentIdOf } from './organizational-unit.ts'

/**
 * Moves an account to another place in the tree. Its policies are those of the new place from the next request on.
 * Source: Organizations API Reference, MoveAccount.
 *
 * @throws AccountNotFoundException, SourceParentNotFoundException, DestinationParentNotFoundException,
 *         DuplicateAccountException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const moveAccount: Operation<MoveAccountRequest, object> = {
  action: 'organizations:MoveAccount',
  kind: 'write',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { tx } = ctx
    const account = findAccount(tx, organization, input.AccountId)
    const source = findParent(tx, input.SourceParentId, 'SourceParentId')
    const destination = findParent(tx, input.DestinationParentId, 'DestinationParentId')
    if (!source || parentIdOf(tx, account) !== source.organizationalUnitId) throw errors.sourceParentNotFound()
    if (!destination) throw errors.destinationParentNotFound()
    if (destination === source) throw errors.duplicateAccount()
    const { parentId: _, ...unplaced } = account
    const parentId = destination.organizationalUnitId
    tx.put('account', destination.parentId === undefined ? unplaced : { ...account, parentId })
    return {}
  },
}
