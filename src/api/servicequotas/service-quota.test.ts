import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from '../../../test/support/fake-context.ts'
import { must, throwsAwsError } from '../../../test/support/privatelink.ts'
import { checkQuota, quotas, quotaValue } from '../quota.ts'
import { getAwsDefaultServiceQuota } from './get-aws-default-service-quota.ts'
import { getRequestedServiceQuotaChange } from './get-requested-service-quota-change.ts'
import { getServiceQuota } from './get-service-quota.ts'
import { listAwsDefaultServiceQuotas } from './list-aws-default-service-quotas.ts'
import { listRequestedServiceQuotaChangeHistory } from './list-requested-service-quota-change-history.ts'
import { listRequestedServiceQuotaChangeHistoryByQuota } from './list-requested-service-quota-change-history-by-quota.ts'
import { listServiceQuotas } from './list-service-quotas.ts'
import { listServices } from './list-services.ts'
import { requestServiceQuotaIncrease } from './request-service-quota-increase.ts'

const endpoints = { ServiceCode: 'vpc', QuotaCode: 'L-29B6F2EB' } as const

test('a quota as AWS shows it, before and after more was granted', () => {
  const ctx = aContext()
  const before = must(getServiceQuota.handle(endpoints, ctx).Quota)
  assert.deepEqual(before, {
    ServiceCode: 'vpc',
    ServiceName: 'Amazon Virtual Private Cloud (Amazon VPC)',
    QuotaArn: 'arn:aws:servicequotas:us-east-1:111111111111:vpc/L-29B6F2EB',
    QuotaCode: 'L-29B6F2EB',
    QuotaName: 'Interface VPC endpoints per VPC',
    Value: 50,
    Unit: 'None',
    Adjustable: true,
    GlobalQuota: false,
    QuotaAppliedAtLevel: 'ACCOUNT',
  })
  const change = must(requestServiceQuotaIncrease.handle({ ...endpoints, DesiredValue: 80 }, ctx).RequestedQuota)
  assert.equal(change.Status, 'APPROVED')
  assert.deepEqual(JSON.parse(must(change.Requester)), { accountId: ctx.accountId, callerArn: ctx.principal.arn })
  assert.equal(getServiceQuota.handle(endpoints, ctx).Quota?.Value, 80)
  const standard = getAwsDefaultServiceQuota.handle(endpoints, ctx).Quota
  assert.equal(standard?.Value, 50, 'the default stays')
  assert.equal(standard?.QuotaArn, 'arn:aws:servicequotas:us-east-1::vpc/L-29B6F2EB')
  assert.deepEqual(getRequestedServiceQuotaChange.handle({ RequestId: must(change.Id) }, ctx).RequestedQuota, change)
})

test('more is for one account in one Region', () => {
  const ctx = aContext()
  requestServiceQuotaIncrease.handle({ ...endpoints, DesiredValue: 80 }, ctx)
  const value = (accountId: string, region: string) =>
    quotaValue({ tx: ctx.tx, accountId, region }, quotas.interfaceEndpointsPerVpc)
  assert.deepEqual(
    [value(ctx.accountId, 'us-east-1'), value(ctx.accountId, 'eu-west-1'), value('222222222222', 'us-east-1')],
    [80, 50, 50],
  )
})

test('the operator’s default holds where nothing was granted, and is checked', () => {
  const settings = { privateDnsVerification: 'trust', quotas: new Map([['vpc/L-29B6F2EB', 2]]) } as const
  const ctx = { ...aContext(), settings }
  const check = (used: number, adding?: number) => checkQuota(ctx, quotas.interfaceEndpointsPerVpc, used, adding)
  check(1)
  check(0, 2)
  const text = 'The maximum number of VPC endpoints has been reached.'
  throwsAwsError(() => check(2), 'VpcEndpointLimitExceeded', text)
  throwsAwsError(() => check(1, 2), 'VpcEndpointLimitExceeded', text)
  assert.equal(getAwsDefaultServiceQuota.handle(endpoints, ctx).Quota?.Value, 2)
  requestServiceQuotaIncrease.handle({ ...endpoints, DesiredValue: 3 }, ctx)
  check(2)
})

test('lists: services, quotas in pages, defaults, wishes with the latest first', () => {
  const ctx = aContext()
  assert.deepEqual(
    listServices.handle({}, ctx).Services?.map((service) => service.ServiceCode),
    ['elasticloadbalancing', 'vpc'],
  )
  const all = must(listServiceQuotas.handle({ ServiceCode: 'vpc' }, ctx).Quotas)
  const seen: (string | undefined)[] = []
  let NextToken: string | undefined
  do {
    const page = listServiceQuotas.handle({ ServiceCode: 'vpc', MaxResults: 3, NextToken }, ctx)
    seen.push(...(page.Quotas ?? []).map((quota) => quota.QuotaCode))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(
    seen,
    all.map((quota) => quota.QuotaCode),
  )
  assert.deepEqual(seen, seen.toSorted())
  assert.equal(listAwsDefaultServiceQuotas.handle({ ServiceCode: 'vpc' }, ctx).Quotas?.length, all.length)
  assert.deepEqual(
    listServiceQuotas.handle(endpoints, ctx).Quotas?.map((quota) => quota.QuotaCode),
    [endpoints.QuotaCode],
  )
  assert.deepEqual(listServiceQuotas.handle({ ServiceCode: 'vpc', QuotaAppliedAtLevel: 'RESOURCE' }, ctx).Quotas, [])

  const balancers = { ServiceCode: 'elasticloadbalancing', QuotaCode: 'L-69A177A2' } as const
  requestServiceQuotaIncrease.handle({ ...endpoints, DesiredValue: 60 }, ctx)
  const later = { ...ctx, now: new Date(ctx.now.getTime() + 1000) }
  requestServiceQuotaIncrease.handle({ ...balancers, DesiredValue: 6000 }, later)
  const history = (more: object) =>
    listRequestedServiceQuotaChangeHistory.handle(more, ctx).RequestedQuotas?.map((change) => change.DesiredValue)
  assert.deepEqual(history({}), [6000, 60])
  assert.deepEqual(history({ ServiceCode: 'vpc' }), [60])
  assert.deepEqual(history({ Status: 'PENDING' }), [])
  assert.deepEqual(
    listRequestedServiceQuotaChangeHistoryByQuota
      .handle(balancers, ctx)
      .RequestedQuotas?.map((change) => change.DesiredValue),
    [6000],
  )
})

test('refused', () => {
  const ctx = aContext()
  const ask = (more: object) => requestServiceQuotaIncrease.handle({ ...endpoints, DesiredValue: 60, ...more }, ctx)
  const cases: readonly (readonly [() => unknown, string, RegExp])[] = [
    [() => listServiceQuotas.handle({ ServiceCode: 'x' }, ctx), 'NoSuchResourceException', /service does not exist/],
    [() => getServiceQuota.handle({ ...endpoints, QuotaCode: 'L-0' }, ctx), 'NoSuchResourceException', /quota does/],
    [() => getRequestedServiceQuotaChange.handle({ RequestId: 'x' }, ctx), 'NoSuchResourceException', /request does/],
    [() => ask({ DesiredValue: 50 }), 'IllegalArgumentException', /greater than the current/],
    [() => ask({ DesiredValue: 60.5 }), 'IllegalArgumentException', /whole number/],
    [() => ask({ ContextId: 'x' }), 'IllegalArgumentException', /ContextId/],
    [() => ask({ QuotaCode: 'L-3248932A', DesiredValue: 99_999 }), 'IllegalArgumentException', /not adjustable/],
    [() => listServices.handle({ MaxResults: 101 }, ctx), 'IllegalArgumentException', /between 1 and 100/],
    [() => listServices.handle({ NextToken: 'x' }, ctx), 'InvalidPaginationTokenException', /not valid/],
  ]
  for (const [run, code, text] of cases) throwsAwsError(run, code, text)
  assert.deepEqual([...ctx.tx.all('quota')], [])
})
