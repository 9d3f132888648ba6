import type { RemoveAccountFromOrganizationRequest } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { withoutMember } from './leave.ts'
import { managedOrganization } from './membership.ts'
import { findAccount } from './organizational-unit.ts'

/**
 * Lets a member account stand alone: no service control policy binds it any more.
 * Source: Organizations API Reference, RemoveAccountFromOrganization.
 *
 * @throws AccountNotFoundException, MasterCannotLeaveOrganizationException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const removeAccountFromOrganization: Operation<RemoveAccountFromOrganizationRequest, object> = {
  action: 'organizations:RemoveAccountFromOrganization',
  kind: 'write',
  missing: [
    'AWS refuses it for accounts without a payment method of their own; nothing is paid here.',
    'An account that has left cannot come back: there are no invitations.',
  ],

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const account = findAccount(ctx.tx, organization, input.AccountId)
    if (account.accountId === organization.managementAccountId) throw errors.masterCannotLeave()
    ctx.tx.put('account', withoutMember(account))
    return {}
  },
}
