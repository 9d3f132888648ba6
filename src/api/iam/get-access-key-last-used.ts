import type { GetAccessKeyLastUsedRequest, GetAccessKeyLastUsedResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'

/**
 * Whose key it is. A key of another account is refused like one that does not exist.
 * Source: IAM API Reference, GetAccessKeyLastUsed.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const getAccessKeyLastUsed: Operation<GetAccessKeyLastUsedRequest, GetAccessKeyLastUsedResponse> = {
  action: 'iam:GetAccessKeyLastUsed',
  kind: 'read',
  missing: ['Uses are not recorded: the date is absent, service and Region are N/A.'],

  handle(input, ctx) {
    checkConstraints(input)
    const key = ctx.tx.get('access-key', input.AccessKeyId)
    if (key?.accountId !== ctx.accountId) throw errors.accessKeyNotFound(input.AccessKeyId ?? '')
    return {
      ...(key.userName === undefined ? {} : { UserName: key.userName }),
      AccessKeyLastUsed: { LastUsedDate: undefined, ServiceName: 'N/A', Region: 'N/A' },
    }
  },
}
