import type { Principal } from '../../aws/service.ts'
import type { EndpointService, ServicePermission } from '../../resource/endpoint-service.ts'
import type { VpcEndpoint } from '../../resource/vpc-endpoint.ts'
import type { View } from '../../state/transaction.ts'
import { orgPathOf } from '../organizations/organization-tree.ts'
import { invalidPrincipal } from './errors-privatelink.ts'

/**
 * The allow list of an endpoint service: what may stand in it, and whom it names (reference 6.2).
 *
 * AWS documents `*`, accounts, users and roles; its API also has organisational units and service principals, for which
 * no page says how they are written. Here a unit or an organisation is written as its ARN, or as the path that the
 * condition key aws:PrincipalOrgPaths has (`o-…/r-…/ou-…/`), and either covers all that is below it.
 */
type PrincipalType = ServicePermission['principalType']

const kinds: readonly { readonly type: PrincipalType; readonly form: RegExp }[] = [
  { type: 'All', form: /^\*$/ },
  { type: 'Account', form: /^arn:aws:iam::\d{12}:root$/ },
  // Without an IAM path: AWS does not take ARNs that have one.
  { type: 'User', form: /^arn:aws:iam::\d{12}:user\/[\w+=,.@-]{1,64}$/ },
  { type: 'Role', form: /^arn:aws:iam::\d{12}:role\/[\w+=,.@-]{1,64}$/ },
  { type: 'Service', form: /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/ },
  { type: 'OrganizationUnit', form: /^arn:aws:organizations::\d{12}:organization\/o-[a-z0-9]{10,32}$/ },
  {
    type: 'OrganizationUnit',
    form: /^arn:aws:organizations::\d{12}:ou\/o-[a-z0-9]{10,32}\/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$/,
  },
  {
    type: 'OrganizationUnit',
    form: /^o-[a-z0-9]{10,32}(\/r-[a-z0-9]{4,32}(\/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})*)?\/$/,
  },
]

/**
 * What an entry of an allow list names.
 *
 * @throws InvalidPrincipal
 */
export function principalTypeOf(principal: string): PrincipalType {
  const kind = kinds.find(({ form }) => form.test(principal))
  if (!kind) throw invalidPrincipal(principal)
  return kind.type
}

/** As much of a caller as an allow list looks at. */
export type Caller = Pick<Principal, 'accountId' | 'arn' | 'roleArn'>

/**
 * By what right a principal may connect to a service: because its account owns it, because an entry of the allow list
 * names it, its account or its organisation, or because the list has `*`. The owner needs no entry.
 *
 * The root user of an account is not meant by entries for single users or roles, and no caller is an AWS service.
 */
export function grantOf(
  view: View,
  service: Pick<EndpointService, 'ownerId' | 'permissions'>,
  caller: Caller,
): 'owner' | 'named' | 'public' | 'none' {
  if (service.ownerId === caller.accountId) return 'owner'
  const names = new Set([`arn:aws:iam::${caller.accountId}:root`, caller.arn, caller.roleArn])
  const isNamed = service.permissions.some(({ principal, principalType }) =>
    principalType === 'OrganizationUnit' ? isBelow(view, caller.accountId, principal) : names.has(principal),
  )
  if (isNamed) return 'named'
  return service.permissions.some(({ principal }) => principal === '*') ? 'public' : 'none'
}

/** Whether an account is somewhere below an organisation or a unit of it. */
function isBelow(view: View, accountId: string, entry: string): boolean {
  const path = orgPathOf(view, accountId)?.path
  if (path === undefined) return false
  if (!entry.startsWith('arn:')) return path.startsWith(entry)
  return path.split('/').includes(entry.slice(entry.lastIndexOf('/') + 1))
}

/** The one who asked for an endpoint, as the allow list saw it then. */
export function requesterOf({ ownerId, requestedBy }: VpcEndpoint): Caller {
  return { accountId: ownerId, arn: `arn:aws:iam::${ownerId}:root`, ...requestedBy }
}
