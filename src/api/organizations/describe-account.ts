import type { DescribeAccountRequest, DescribeAccountResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { describeAccountValue, managedOrganization } from './membership.ts'
import { findAccount } from './organizational-unit.ts'

/**
 * One account of the organization.
 * Source: Organizations API Reference, DescribeAccount.
 *
 * @throws AccountNotFoundException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const describeAccount: Operation<DescribeAccountRequest, DescribeAccountResponse> = {
  action: 'organizations:DescribeAccount',
  kind: 'read',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const account = findAccount(ctx.tx, organization, input.AccountId)
    return { Account: describeAccountValue(ctx.tx, organization, account) }
  },
}
