import type {
  GetAWSDefaultServiceQuotaRequest,
  GetAWSDefaultServiceQuotaResponse,
} from '@aws-sdk/client-service-quotas'
import type { Operation } from '../operation.ts'
import { describeDefaultQuota, requireQuota } from './service-quota.ts'

/**
 * Source: Service Quotas API Reference, GetAWSDefaultServiceQuota.
 *
 * @throws NoSuchResourceException
 */
export const getAwsDefaultServiceQuota: Operation<GetAWSDefaultServiceQuotaRequest, GetAWSDefaultServiceQuotaResponse> =
  {
    action: 'servicequotas:GetAWSDefaultServiceQuota',
    kind: 'read',

    handle: (input, ctx) => ({ Quota: describeDefaultQuota(ctx, requireQuota(input.ServiceCode, input.QuotaCode)) }),
  }
