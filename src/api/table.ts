import { acmOperations } from './acm/operations.ts'
import { ec2Operations } from './ec2/operations.ts'
import { elbv2Operations } from './elbv2/operations.ts'
import { iamOperations } from './iam/operations.ts'
import { organizationsOperations } from './organizations/operations.ts'
import type { AnyOperation } from './served.ts'
import { serviceQuotasOperations } from './servicequotas/operations.ts'
import type { ServiceName } from './services.ts'
import { stsOperations } from './sts/operations.ts'

/** Every operation that is served: one list per service, beside its handlers. */
export const operations = {
  ec2: ec2Operations,
  elasticloadbalancing: elbv2Operations,
  sts: stsOperations,
  iam: iamOperations,
  organizations: organizationsOperations,
  acm: acmOperations,
  servicequotas: serviceQuotasOperations,
} as Readonly<Record<ServiceName, Readonly<Record<string, unknown>>>> as Operations

export type Operations = Readonly<Record<ServiceName, Readonly<Record<string, AnyOperation>>>>
