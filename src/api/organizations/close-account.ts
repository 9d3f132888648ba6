import type { CloseAccountRequest } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { managedOrganization } from './membership.ts'
import { findAccount } from './organizational-unit.ts'

/**
 * Suspends a member account: its keys and sessions are refused from then on. What it owns stays, and so do its links.
 * Source: Organizations API Reference, CloseAccount.
 *
 * @throws AccountNotFoundException, AccountAlreadyClosedException, ConstraintViolationException,
 *         InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const closeAccount: Operation<CloseAccountRequest, object> = {
  action: 'organizations:CloseAccount',
  kind: 'write',
  missing: ['The account stays SUSPENDED: AWS removes it and what it owns after 90 days.'],

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const account = findAccount(ctx.tx, organization, input.AccountId)
    if (account.accountId === organization.managementAccountId) {
      throw errors.constraintViolation('You cannot close the management account of the organization.')
    }
    if (account.status === 'SUSPENDED') throw errors.accountAlreadyClosed()
    ctx.tx.put('account', { ...account, status: 'SUSPENDED' })
    return {}
  },
}
