import type {
  RequestServiceQuotaIncreaseRequest,
  RequestServiceQuotaIncreaseResponse,
} from '@aws-sdk/client-service-quotas'
import type { Operation } from '../operation.ts'
import { grantedQuota, quotaValue } from '../quota.ts'
import { errors } from './errors.ts'
import { describeChange, requireQuota } from './service-quota.ts'

/** How many wishes per quota are remembered. */
const rememberedRequests = 100

/**
 * Raises a quota of the caller in this Region: at once, where AWS takes minutes or a person's time.
 * Source: Service Quotas API Reference, RequestServiceQuotaIncrease.
 *
 * @throws NoSuchResourceException, IllegalArgumentException
 */
export const requestServiceQuotaIncrease: Operation<
  RequestServiceQuotaIncreaseRequest,
  RequestServiceQuotaIncreaseResponse
> = {
  action: 'servicequotas:RequestServiceQuotaIncrease',
  kind: 'write',

  handle(input, ctx) {
    const quota = requireQuota(input.ServiceCode, input.QuotaCode)
    const { DesiredValue: desiredValue } = input
    if (!quota.adjustable) throw errors.illegalArgument(`The quota ${quota.quotaCode} is not adjustable.`)
    if (input.ContextId !== undefined) {
      throw errors.illegalArgument('The quota applies to the account: it takes no ContextId.')
    }
    if (desiredValue === undefined || !Number.isSafeInteger(desiredValue) || desiredValue > 10_000_000_000) {
      throw errors.illegalArgument('DesiredValue must be a whole number of at most 10000000000.')
    }
    if (desiredValue <= quotaValue(ctx, quota)) {
      throw errors.illegalArgument('You must provide a quota value greater than the current quota value.')
    }
    const request = {
      requestId: ctx.randomText(32),
      desiredValue,
      requester: ctx.principal.arn,
      createdAt: ctx.now.toISOString(),
    }
    const { serviceCode, quotaCode } = quota
    const requests = [...(grantedQuota(ctx, quota)?.requests ?? []), request].slice(-rememberedRequests)
    ctx.tx.put('quota', {
      accountId: ctx.accountId,
      region: ctx.region,
      serviceCode,
      quotaCode,
      value: desiredValue,
      requests,
    })
    return { RequestedQuota: describeChange(ctx, { quota, request }) }
  },
}
