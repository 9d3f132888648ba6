import type { ListAccountsRequest, ListAccountsResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { describeAccountValue, managedOrganization } from './membership.ts'
import { isMember } from './organization-tree.ts'
import { page } from './pagination.ts'

/**
 * The accounts of the organization, oldest first.
 * Source: Organizations API Reference, ListAccounts.
 *
 * @throws InvalidInputException, AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const listAccounts: Operation<ListAccountsRequest, ListAccountsResponse> = {
  action: 'organizations:ListAccounts',
  kind: 'read',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const members = [...ctx.tx.all('account')].filter((account) => isMember(organization, account))
    const { items, ...end } = page(members, ({ accountId }) => accountId, input)
    return { Accounts: items.map((account) => describeAccountValue(ctx.tx, organization, account)), ...end }
  },
}
