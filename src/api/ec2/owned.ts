import type { ResourceOfKind } from '../../resource/kind.ts'
import type { Vpc } from '../../resource/vpc.ts'
import type { IndexName, View } from '../../state/transaction.ts'
import type { OperationContext } from '../operation.ts'
import { checkQuota, type QuotaDefinition, quotaValue } from '../quota.ts'
import { type IdErrors, missingParameter } from './errors.ts'

/**
 * Finding what the caller owns in the Region of the request.
 *
 * Everything of another account or another Region looks like something that does not exist, so no handler reads a
 * resource by an id of the request in any other way.
 */
export interface Scope {
  readonly tx: View
  readonly accountId: string
  readonly region: string
}

export type OwnedKind =
  | 'vpc'
  | 'subnet'
  | 'security-group'
  | 'network-interface'
  | 'instance'
  | 'endpoint-service'
  | 'vpc-endpoint'
  | 'connection-notification'
  | 'route-table'
  | 'internet-gateway'
  | 'network-acl'
  | 'dhcp-options'
  | 'managed-prefix-list'
  | 'key-pair'
  | 'flow-log'

/** What CreateTags can name among them; a notification has no tags. */
export type TaggedKind = Exclude<OwnedKind, 'connection-notification'>

export function findOwned<K extends OwnedKind>(
  { tx, accountId, region }: Scope,
  kind: K,
  id: string | undefined,
): ResourceOfKind[K] | undefined {
  const found = tx.get(kind, id)
  return found?.ownerId === accountId && found.region === region ? found : undefined
}

/** Everything of a kind that the caller owns here, in creation order. */
export function allOwned<K extends OwnedKind>({ tx, accountId, region }: Scope, kind: K): readonly ResourceOfKind[K][] {
  // Every OwnedKind has this index; the compiler does not look that far through the generic.
  const byOwner = 'ownerId' as IndexName<K>
  return tx.by(kind, byOwner, accountId).filter((resource) => resource.region === region)
}

/** The caller's default VPC here, unless the account has deleted it. */
export function defaultVpcOf(scope: Scope): Vpc | undefined {
  return allOwned(scope, 'vpc').find((vpc) => vpc.isDefault)
}

/**
 * The resource that a required parameter names.
 *
 * @param parameter its name for MissingParameter, as AWS writes it there: `vpcId`
 */
export function requireOwned<K extends OwnedKind>(
  scope: Scope,
  kind: K,
  id: string | undefined,
  errors: IdErrors,
  parameter: string,
): ResourceOfKind[K] {
  if (!id) throw missingParameter(parameter)
  checkIdForm(id, errors)
  const found = findOwned(scope, kind, id)
  if (!found) throw errors.notFound(id)
  return found
}

/** What a Describe call starts from: the named resources, all of which must exist, or everything. */
export function selectOwned<K extends OwnedKind>(
  scope: Scope,
  kind: K,
  ids: readonly string[] | undefined,
  errors: IdErrors,
): readonly ResourceOfKind[K][] {
  if (!ids || ids.length === 0) return allOwned(scope, kind)

  const unique = [...new Set(ids)]
  for (const id of unique) checkIdForm(id, errors)
  const found = unique.map((id) => findOwned(scope, kind, id))
  const missing = unique.filter((_, index) => !found[index])
  if (missing.length > 0) throw errors.notFound(...missing)
  return found.filter((resource) => resource !== undefined)
}

/** AWS: the id may only contain lowercase alphanumeric characters and a single dash after its prefix. */
export function checkIdForm(id: string, errors: IdErrors): void {
  if (!id.startsWith(`${errors.prefix}-`) || !/^[0-9a-z]+$/.test(id.slice(errors.prefix.length + 1))) {
    throw errors.malformed(id)
  }
}

/**
 * Refuses one more of a kind than the caller may have in this Region.
 *
 * The index counts all Regions together without listing; only when those might be too many is the Region's share looked at.
 *
 * @throws the quota's own error
 */
export function checkRegionQuota(ctx: OperationContext, kind: OwnedKind, quota: QuotaDefinition, adding = 1): void {
  if (ctx.tx.countBy(kind, 'ownerId', ctx.accountId) + adding <= quotaValue(ctx, quota)) return
  checkQuota(ctx, quota, allOwned(ctx, kind).length, adding)
}
