import type { GetServiceQuotaRequest, GetServiceQuotaResponse } from '@aws-sdk/client-service-quotas'
import type { Operation } from '../operation.ts'
import { describeQuota, requireQuota } from './service-quota.ts'

/**
 * Source: Service Quotas API Reference, GetServiceQuota.
 *
 * @throws NoSuchResourceException
 */
export const getServiceQuota: Operation<GetServiceQuotaRequest, GetServiceQuotaResponse> = {
  action: 'servicequotas:GetServiceQuota',
  kind: 'read',

  handle: (input, ctx) => ({ Quota: describeQuota(ctx, requireQuota(input.ServiceCode, input.QuotaCode)) }),
}
