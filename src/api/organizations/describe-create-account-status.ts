import type {
  DescribeCreateAccountStatusRequest,
  DescribeCreateAccountStatusResponse,
} from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { describeFailedRequest, describeSucceededRequest, managedOrganization } from './membership.ts'

/**
 * How a CreateAccount request went. Source: Organizations API Reference, DescribeCreateAccountStatus.
 *
 * @throws CreateAccountStatusNotFoundException, AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const describeCreateAccountStatus: Operation<
  DescribeCreateAccountStatusRequest,
  DescribeCreateAccountStatusResponse
> = {
  action: 'organizations:DescribeCreateAccountStatus',
  kind: 'read',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const id = input.CreateAccountRequestId ?? ''
    if (!/^car-[a-z0-9]{8,32}$/.test(id)) {
      throw errors.invalidInput('CreateAccountRequestId must match car-[a-z0-9]{8,32}.')
    }
    for (const account of ctx.tx.all('account')) {
      if (account.createRequestId === id) return { CreateAccountStatus: describeSucceededRequest(account) }
    }
    const failed = organization.failedAccountRequests?.find((request) => request.createRequestId === id)
    if (!failed) throw errors.createAccountStatusNotFound()
    return { CreateAccountStatus: describeFailedRequest(failed) }
  },
}
