import type { Role } from '../../resource/account.ts'
import type { View } from '../../state/transaction.ts'
import { errors } from './errors.ts'

interface LinkedService {
  readonly roleName: string
  readonly policyArns: readonly string[]
}

/** The services that are here and have such a role on AWS. The role of Organizations has an empty policy there. */
export const linkedServices: ReadonlyMap<string, LinkedService> = new Map([
  [
    'elasticloadbalancing.amazonaws.com',
    {
      roleName: 'AWSServiceRoleForElasticLoadBalancing',
      policyArns: ['arn:aws:iam::aws:policy/aws-service-role/AWSElasticLoadBalancingServiceRolePolicy'],
    },
  ],
  [
    'organizations.amazonaws.com',
    {
      roleName: 'AWSServiceRoleForOrganizations',
      policyArns: [],
    },
  ],
])

/** AWS keeps the role while the service has resources in the account. */
export function isInUse(
  { tx, accountId }: { readonly tx: View; readonly accountId: string },
  { linkedService }: Role,
): boolean {
  return (
    linkedService === 'elasticloadbalancing.amazonaws.com' && tx.by('load-balancer', 'ownerId', accountId).length > 0
  )
}

/** @param unique 32 hex digits */
export function deletionTaskId({ path, roleName }: Role, unique: string): string {
  return `task${path}${roleName}/${unique.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`
}

/** The role's name. @throws NoSuchEntity for a text that deletionTaskId does not make */
export function parseDeletionTaskId(taskId: string): string {
  const roleName = /^task\/aws-service-role\/[^/]+\/([^/]+)\/[0-9a-f-]{36}$/.exec(taskId)?.[1]
  if (roleName === undefined) throw errors.deletionTaskNotFound(taskId)
  return roleName
}
