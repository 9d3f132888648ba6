import type { ListServiceQuotasRequest, ListServiceQuotasResponse } from '@aws-sdk/client-service-quotas'
import type { Operation } from '../operation.ts'
import { paginate } from './pagination.ts'
import { describeQuota, quotasOfService } from './service-quota.ts'

/**
 * A service's quotas as they hold for the caller in this Region. All of them are of the account: asked for those of single
 * resources, the list is empty.
 * Source: Service Quotas API Reference, ListServiceQuotas.
 *
 * @throws NoSuchResourceException, IllegalArgumentException, InvalidPaginationTokenException
 */
export const listServiceQuotas: Operation<ListServiceQuotasRequest, ListServiceQuotasResponse> = {
  action: 'servicequotas:ListServiceQuotas',
  kind: 'read',

  handle(input, ctx) {
    const found = quotasOfService(input.ServiceCode).filter(
      ({ quotaCode }) =>
        (input.QuotaCode === undefined || input.QuotaCode === quotaCode) && input.QuotaAppliedAtLevel !== 'RESOURCE',
    )
    const { page, next } = paginate(found, input, ({ quotaCode }) => quotaCode)
    return { Quotas: page.map((quota) => describeQuota(ctx, quota)), ...next }
  },
}
