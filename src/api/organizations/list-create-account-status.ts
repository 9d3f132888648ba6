import type {
  CreateAccountStatus,
  ListCreateAccountStatusRequest,
  ListCreateAccountStatusResponse,
} from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { describeFailedRequest, describeSucceededRequest, managedOrganization } from './membership.ts'
import { page } from './pagination.ts'

/**
 * The CreateAccount requests, oldest first: those that made an account and those that failed.
 * Source: Organizations API Reference, ListCreateAccountStatus.
 *
 * @throws InvalidInputException, AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const listCreateAccountStatus: Operation<ListCreateAccountStatusRequest, ListCreateAccountStatusResponse> = {
  action: 'organizations:ListCreateAccountStatus',
  kind: 'read',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const made = [...ctx.tx.all('account')].filter((account) => account.createRequestId !== undefined)
    const requests = [
      ...made.map(describeSucceededRequest),
      ...(organization.failedAccountRequests ?? []).map(describeFailedRequest),
    ].filter(({ State }) => !input.States?.length || (State !== undefined && input.States.includes(State)))
    const time = ({ RequestedTimestamp }: CreateAccountStatus) => RequestedTimestamp?.getTime() ?? 0
    const { items, ...end } = page(
      requests.sort((a, b) => time(a) - time(b)),
      ({ Id }) => Id ?? '',
      input,
    )
    return { CreateAccountStatuses: items, ...end }
  },
}
