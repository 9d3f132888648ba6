import type {
  ListRequestedServiceQuotaChangeHistoryByQuotaRequest,
  ListRequestedServiceQuotaChangeHistoryByQuotaResponse,
} from '@aws-sdk/client-service-quotas'
import type { Operation } from '../operation.ts'
import { paginate } from './pagination.ts'
import { changesOf, describeChange, requireQuota } from './service-quota.ts'

/**
 * The caller's wishes for one quota in this Region, the latest first.
 * Source: Service Quotas API Reference, ListRequestedServiceQuotaChangeHistoryByQuota.
 *
 * @throws NoSuchResourceException, IllegalArgumentException, InvalidPaginationTokenException
 */
export const listRequestedServiceQuotaChangeHistoryByQuota: Operation<
  ListRequestedServiceQuotaChangeHistoryByQuotaRequest,
  ListRequestedServiceQuotaChangeHistoryByQuotaResponse
> = {
  action: 'servicequotas:ListRequestedServiceQuotaChangeHistoryByQuota',
  kind: 'read',

  handle(input, ctx) {
    const wanted = requireQuota(input.ServiceCode, input.QuotaCode)
    const { Status: status, QuotaRequestedAtLevel: level } = input
    const found = changesOf(ctx).filter(
      ({ quota }) => quota === wanted && (status === undefined || status === 'APPROVED') && level !== 'RESOURCE',
    )
    const { page, next } = paginate(found, input, ({ request }) => request.requestId)
    return { RequestedQuotas: page.map((change) => describeChange(ctx, change)), ...next }
  },
}
