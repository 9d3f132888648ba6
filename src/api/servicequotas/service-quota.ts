import type { RequestedServiceQuotaChange, ServiceQuota } from '@aws-sdk/client-service-quotas'
import type { Quota, QuotaRequest } from '../../resource/quota.ts'
import type { OperationContext } from '../operation.ts'
import { defaultQuota, type QuotaDefinition, quotaTable, quotaValue } from '../quota.ts'
import { errors } from './errors.ts'

/** Service code → the name AWS shows. */
export const serviceNames: Readonly<Record<QuotaDefinition['serviceCode'], string>> = {
  elasticloadbalancing: 'Elastic Load Balancing (ELB)',
  vpc: 'Amazon Virtual Private Cloud (Amazon VPC)',
}

/** @throws NoSuchResourceException */
export function quotasOfService(serviceCode: string | undefined): readonly QuotaDefinition[] {
  const found = quotaTable.filter((quota) => quota.serviceCode === serviceCode)
  if (found.length === 0) throw errors.noSuchService()
  return found
}

/** @throws NoSuchResourceException */
export function requireQuota(serviceCode: string | undefined, quotaCode: string | undefined): QuotaDefinition {
  const quota = quotasOfService(serviceCode).find((candidate) => candidate.quotaCode === quotaCode)
  if (!quota) throw errors.noSuchQuota()
  return quota
}

/** A quota as it holds for the caller in this Region. */
export function describeQuota(ctx: OperationContext, quota: QuotaDefinition): ServiceQuota {
  return { ...describe(quota, arnOf(ctx, quota, ctx.accountId)), Value: quotaValue(ctx, quota) }
}

/** A quota as it holds for who never asked for more. Its ARN names no account. */
export function describeDefaultQuota(ctx: OperationContext, quota: QuotaDefinition): ServiceQuota {
  return { ...describe(quota, arnOf(ctx, quota, '')), Value: defaultQuota(ctx, quota) }
}

function describe(quota: QuotaDefinition, arn: string): ServiceQuota {
  return {
    ServiceCode: quota.serviceCode,
    ServiceName: serviceNames[quota.serviceCode],
    QuotaArn: arn,
    QuotaCode: quota.quotaCode,
    QuotaName: quota.quotaName,
    Unit: 'None',
    Adjustable: quota.adjustable,
    GlobalQuota: false,
    QuotaAppliedAtLevel: 'ACCOUNT',
  }
}

function arnOf({ region }: OperationContext, { serviceCode, quotaCode }: QuotaDefinition, accountId: string): string {
  return `arn:aws:servicequotas:${region}:${accountId}:${serviceCode}/${quotaCode}`
}

/** A wish for more. All of them are approved: nobody has to be asked on one's own machine. */
export interface Change {
  readonly quota: QuotaDefinition
  readonly request: QuotaRequest
}

/** The caller's wishes in this Region, the latest first. */
export function changesOf(ctx: OperationContext): readonly Change[] {
  return ctx.tx
    .by('quota', 'accountId', ctx.accountId)
    .filter((granted) => granted.region === ctx.region)
    .flatMap((granted) => {
      const quota = definitionOf(granted)
      return quota ? (granted.requests ?? []).map((request) => ({ quota, request })) : []
    })
    .sort((a, b) => (a.request.createdAt < b.request.createdAt ? 1 : -1))
}

function definitionOf({ serviceCode, quotaCode }: Quota): QuotaDefinition | undefined {
  return quotaTable.find((quota) => quota.serviceCode === serviceCode && quota.quotaCode === quotaCode)
}

export function describeChange(ctx: OperationContext, { quota, request }: Change): RequestedServiceQuotaChange {
  return {
    Id: request.requestId,
    RequestType: 'AutomaticManagement',
    ServiceCode: quota.serviceCode,
    ServiceName: serviceNames[quota.serviceCode],
    QuotaCode: quota.quotaCode,
    QuotaName: quota.quotaName,
    DesiredValue: request.desiredValue,
    Status: 'APPROVED',
    Created: new Date(request.createdAt),
    LastUpdated: new Date(request.createdAt),
    Requester: JSON.stringify({ accountId: ctx.accountId, callerArn: request.requester }),
    QuotaArn: arnOf(ctx, quota, ctx.accountId),
    GlobalQuota: false,
    Unit: 'None',
    QuotaRequestedAtLevel: 'ACCOUNT',
  }
}
