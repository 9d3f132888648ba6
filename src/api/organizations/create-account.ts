import type { CreateAccountRequest, CreateAccountResponse } from '@aws-sdk/client-organizations'
import type { FailedAccountRequest } from '../../resource/account.ts'
import { createAccount as createAccountRecord } from '../account.ts'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { managedOrganization } from './membership.ts'
import { parseTags } from './tags.ts'

const defaultRoleName = 'OrganizationAccountAccessRole'
const keptFailures = 100

/**
 * A new member account, with a role that the management account may assume.
 *
 * As on AWS the answer is IN_PROGRESS and names no account, and DescribeCreateAccountStatus tells how it went, an email
 * address that is taken included.
 * Source: Organizations API Reference, CreateAccount.
 *
 * @throws InvalidInputException, AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const createAccount: Operation<CreateAccountRequest, CreateAccountResponse> = {
  action: 'organizations:CreateAccount',
  kind: 'write',
  missing: ['IamUserAccessToBilling has no effect: nothing is billed.', 'The number of accounts has no quota.'],

  handle(input, ctx) {
    const { tx, now } = ctx
    const organization = managedOrganization(ctx)
    const { name, email, roleName } = checkInput(input)
    const createRequestId = `car-${ctx.randomText(32)}`

    const isTaken = [...tx.all('account')].some((account) => account.email.toLowerCase() === email.toLowerCase())
    if (isTaken) {
      const failed: FailedAccountRequest = {
        createRequestId,
        accountName: name,
        failureReason: 'EMAIL_ALREADY_EXISTS',
        requestedAt: now.toISOString(),
      }
      const failedAccountRequests = [...(organization.failedAccountRequests ?? []), failed].slice(-keptFailures)
      tx.put('organization', { ...organization, failedAccountRequests })
    } else {
      const accessRole = { roleName, trustedAccountId: organization.managementAccountId }
      createAccountRecord(tx, ctx, { name, email, createRequestId, accessRole, tags: parseTags(input.Tags) })
    }
    return {
      CreateAccountStatus: { Id: createRequestId, AccountName: name, State: 'IN_PROGRESS', RequestedTimestamp: now },
    }
  },
}

function checkInput(input: CreateAccountRequest): {
  readonly name: string
  readonly email: string
  readonly roleName: string
} {
  const { AccountName: name = '', Email: email = '', RoleName: roleName = defaultRoleName } = input
  if (name.length < 1 || name.length > 128) throw errors.invalidInput('AccountName must have 1 to 128 characters.')
  const isEmail = /^[^\s@"'()<>[\]:;,\\|%&.][^\s@"'()<>[\]:;,\\|%&]*@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i
  const domain = email.slice(email.indexOf('@') + 1)
  if (email.length < 6 || email.length > 64 || !isEmail.test(email) || !domain.includes('.')) {
    throw errors.invalidInput('Email must be an email address of 6 to 64 characters.')
  }
  if (!/^[\w+=,.@-]{1,64}$/.test(roleName)) throw errors.invalidInput('RoleName must match [\\w+=,.@-]{1,64}.')
  const billing = input.IamUserAccessToBilling
  if (billing !== undefined && billing !== 'ALLOW' && billing !== 'DENY') {
    throw errors.invalidInput('IamUserAccessToBilling must be ALLOW or DENY.')
  }
  return { name, email, roleName }
}
