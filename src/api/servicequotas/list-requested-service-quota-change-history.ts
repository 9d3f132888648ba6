import type {
  ListRequestedServiceQuotaChangeHistoryRequest,
  ListRequestedServiceQuotaChangeHistoryResponse,
} from '@aws-sdk/client-service-quotas'
import type { Operation } from '../operation.ts'
import { paginate } from './pagination.ts'
import { changesOf, describeChange, quotasOfService } from './service-quota.ts'

/**
 * The caller's wishes in this Region, the latest first.
 * Source: Service Quotas API Reference, ListRequestedServiceQuotaChangeHistory.
 *
 * @throws NoSuchResourceException, IllegalArgumentException, InvalidPaginationTokenException
 */
export const listRequestedServiceQuotaChangeHistory: Operation<
  ListRequestedServiceQuotaChangeHistoryRequest,
  ListRequestedServiceQuotaChangeHistoryResponse
> = {
  action: 'servicequotas:ListRequestedServiceQuotaChangeHistory',
  kind: 'read',

  handle(input, ctx) {
    const { ServiceCode: serviceCode, Status: status, QuotaRequestedAtLevel: level } = input
    if (serviceCode !== undefined) quotasOfService(serviceCode)
    const found = changesOf(ctx).filter(
      ({ quota }) =>
        (serviceCode === undefined || quota.serviceCode === serviceCode) &&
        (status === undefined || status === 'APPROVED') &&
        level !== 'RESOURCE',
    )
    const { page, next } = paginate(found, input, ({ request }) => request.requestId)
    return { RequestedQuotas: page.map((change) => describeChange(ctx, change)), ...next }
  },
}
