import type {
  ListAWSDefaultServiceQuotasRequest,
  ListAWSDefaultServiceQuotasResponse,
} from '@aws-sdk/client-service-quotas'
import type { Operation } from '../operation.ts'
import { paginate } from './pagination.ts'
import { describeDefaultQuota, quotasOfService } from './service-quota.ts'

/**
 * A service's quotas before anybody asked for more: this installation's defaults, most of them above AWS's.
 * Source: Service Quotas API Reference, ListAWSDefaultServiceQuotas.
 *
 * @throws NoSuchResourceException, IllegalArgumentException, InvalidPaginationTokenException
 */
export const listAwsDefaultServiceQuotas: Operation<
  ListAWSDefaultServiceQuotasRequest,
  ListAWSDefaultServiceQuotasResponse
> = {
  action: 'servicequotas:ListAWSDefaultServiceQuotas',
  kind: 'read',

  handle(input, ctx) {
    const { page, next } = paginate(quotasOfService(input.ServiceCode), input, ({ quotaCode }) => quotaCode)
    return { Quotas: page.map((quota) => describeDefaultQuota(ctx, quota)), ...next }
  },
}
