import type { ListAccountsForParentRequest, ListAccountsForParentResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { describeAccountValue, managedOrganization } from './membership.ts'
import { accountsBelow, findParent } from './organizational-unit.ts'
import { page } from './pagination.ts'

/**
 * The accounts directly in the root or a unit.
 * Source: Organizations API Reference, ListAccountsForParent.
 *
 * @throws ParentNotFoundException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const listAccountsForParent: Operation<ListAccountsForParentRequest, ListAccountsForParentResponse> = {
  action: 'organizations:ListAccountsForParent',
  kind: 'read',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const parent = findParent(ctx.tx, input.ParentId)
    if (!parent) throw errors.parentNotFound()
    const accounts = accountsBelow(ctx.tx, organization, parent.organizationalUnitId)
    const { items, ...end } = page(accounts, ({ accountId }) => accountId, input)
    return { Accounts: items.map((account) => describeAccountValue(ctx.tx, organization, account)), ...end }
  },
}
