import type * as sdk from '@aws-sdk/client-service-quotas'
import type { Served } from '../served.ts'
import { getAwsDefaultServiceQuota } from './get-aws-default-service-quota.ts'
import { getRequestedServiceQuotaChange } from './get-requested-service-quota-change.ts'
import { getServiceQuota } from './get-service-quota.ts'
import { listAwsDefaultServiceQuotas } from './list-aws-default-service-quotas.ts'
import { listRequestedServiceQuotaChangeHistory } from './list-requested-service-quota-change-history.ts'
import { listRequestedServiceQuotaChangeHistoryByQuota } from './list-requested-service-quota-change-history-by-quota.ts'
import { listServiceQuotas } from './list-service-quotas.ts'
import { listServices } from './list-services.ts'
import { requestServiceQuotaIncrease } from './request-service-quota-increase.ts'

/** What is served of Service Quotas, by the name on the wire. */
export const serviceQuotasOperations = {
  GetAWSDefaultServiceQuota: getAwsDefaultServiceQuota,
  GetRequestedServiceQuotaChange: getRequestedServiceQuotaChange,
  GetServiceQuota: getServiceQuota,
  ListAWSDefaultServiceQuotas: listAwsDefaultServiceQuotas,
  ListRequestedServiceQuotaChangeHistory: listRequestedServiceQuotaChangeHistory,
  ListRequestedServiceQuotaChangeHistoryByQuota: listRequestedServiceQuotaChangeHistoryByQuota,
  ListServiceQuotas: listServiceQuotas,
  ListServices: listServices,
  RequestServiceQuotaIncrease: requestServiceQuotaIncrease,
} satisfies Served<typeof sdk>
