import type { ListAccountsRequest, ListAccountsResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { describeAccountValue, isMember, managedOrganization } from './membership.ts'

/** AWS's bound, and what it uses when the caller asks for no size. */
const maxPageSize = 20

/**
 * The accounts of the organization, oldest first. Source: Organizations API Reference, ListAccounts.
 *
 * The token is the last account of the page before, so accounts that are made meanwhile shift nothing.
 *
 * @throws InvalidInputException, AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const listAccounts: Operation<ListAccountsRequest, ListAccountsResponse> = {
  action: 'organizations:ListAccounts',
  kind: 'read',
  missing: ['Account.Paths is absent: organizations have no root or organizational units.'],

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const size = input.MaxResults ?? maxPageSize
    if (!Number.isInteger(size) || size < 1 || size > maxPageSize) {
      throw errors.invalidInput(`MaxResults must be 1 to ${maxPageSize}.`)
    }
    const members = [...ctx.tx.all('account')].filter((account) => isMember(organization, account))
    const start =
      input.NextToken === undefined
        ? 0
        : 1 + members.findIndex(({ accountId }) => tokenOf(accountId) === input.NextToken)
    if (input.NextToken !== undefined && start === 0)
      throw errors.invalidInput('NextToken is not a token of ListAccounts.')
    const page = members.slice(start, start + size)
    const last = page.at(-1)
    return {
      Accounts: page.map((account) => describeAccountValue(organization, account)),
      ...(last && start + size < members.length ? { NextToken: tokenOf(last.accountId) } : {}),
    }
  },
}

const tokenOf = (accountId: string): string => Buffer.from(`accounts after ${accountId}`).toString('base64url')
