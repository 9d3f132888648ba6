import type {
  GetRequestedServiceQuotaChangeRequest,
  GetRequestedServiceQuotaChangeResponse,
} from '@aws-sdk/client-service-quotas'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { changesOf, describeChange } from './service-quota.ts'

/**
 * Source: Service Quotas API Reference, GetRequestedServiceQuotaChange.
 *
 * @throws NoSuchResourceException
 */
export const getRequestedServiceQuotaChange: Operation<
  GetRequestedServiceQuotaChangeRequest,
  GetRequestedServiceQuotaChangeResponse
> = {
  action: 'servicequotas:GetRequestedServiceQuotaChange',
  kind: 'read',

  handle(input, ctx) {
    const change = changesOf(ctx).find(({ request }) => request.requestId === input.RequestId)
    if (!change) throw errors.noSuchRequest()
    return { RequestedQuota: describeChange(ctx, change) }
  },
}
