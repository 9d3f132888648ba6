import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { withoutMember } from './leave.ts'
import { organizationOf } from './membership.ts'
import { findAccount } from './organizational-unit.ts'

/**
 * As RemoveAccountFromOrganization, asked for by the member itself.
 * Source: Organizations API Reference, LeaveOrganization.
 *
 * @throws MasterCannotLeaveOrganizationException, AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const leaveOrganization: Operation<object, object> = {
  action: 'organizations:LeaveOrganization',
  kind: 'write',
  missing: [
    'AWS refuses it for accounts without a payment method of their own; nothing is paid here.',
    'An account that has left cannot come back: there are no invitations.',
  ],

  handle(_input, ctx) {
    const organization = organizationOf(ctx)
    if (ctx.accountId === organization.managementAccountId) throw errors.masterCannotLeave()
    ctx.tx.put('account', withoutMember(findAccount(ctx.tx, organization, ctx.accountId)))
    return {}
  },
}
