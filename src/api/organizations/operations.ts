import type * as sdk from '@aws-sdk/client-organizations'
import type { Served } from '../served.ts'
import { createAccount } from './create-account.ts'
import { createOrganization } from './create-organization.ts'
import { describeCreateAccountStatus } from './describe-create-account-status.ts'
import { describeOrganization } from './describe-organization.ts'
import { listAccounts } from './list-accounts.ts'

/** What is served of Organizations, by the name on the wire. */
export const organizationsOperations = {
  CreateAccount: createAccount,
  CreateOrganization: createOrganization,
  DescribeCreateAccountStatus: describeCreateAccountStatus,
  DescribeOrganization: describeOrganization,
  ListAccounts: listAccounts,
} satisfies Served<typeof sdk>
