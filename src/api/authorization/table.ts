import type { ServiceName } from '../services.ts'
import { acmRows } from './acm.ts'
import { ec2Rows } from './ec2.ts'
import { elbv2Rows } from './elbv2.ts'
import { iamRows } from './iam.ts'
import { organizationsRows } from './organizations.ts'
import type { Rows } from './row.ts'
import { serviceQuotasRows } from './servicequotas.ts'
import { stsRows } from './sts.ts'

/**
 * What every operation touches, by service. A write that is served has a row here (a test holds that); a read without a
 * row is asked for the resource `*`, which is what AWS does for most of them.
 */
export const authorizationRows: Readonly<Record<ServiceName, Rows>> = {
  ec2: ec2Rows,
  elasticloadbalancing: elbv2Rows,
  sts: stsRows,
  iam: iamRows,
  organizations: organizationsRows,
  acm: acmRows,
  servicequotas: serviceQuotasRows,
}
