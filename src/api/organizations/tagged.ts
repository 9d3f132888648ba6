import type { Organization } from '../../resource/account.ts'
import type { ServiceControlPolicy } from '../../resource/organizational-unit.ts'
import type { Tag } from '../../resource/tag.ts'
import type { Transaction, View } from '../../state/transaction.ts'
import { errors } from './errors.ts'
import { findTarget, type Target } from './service-control-policy.ts'

/** What has tags: the targets of policies, and policies. AWS's own policy has none and takes none. */
export type Tagged = Target | { readonly type: 'POLICY'; readonly value: ServiceControlPolicy }

/** @throws TargetNotFoundException, InvalidInputException */
export function findTagged(view: View, organization: Organization, resourceId = ''): Tagged {
  if (!resourceId.startsWith('p-')) return findTarget(view, organization, resourceId, 'ResourceId')
  const policy = view.get('service-control-policy', resourceId)
  if (!policy) throw errors.targetNotFound()
  return { type: 'POLICY', value: policy }
}

export function tagsOf({ value }: Tagged): readonly Tag[] {
  return value.tags ?? []
}

export function putTags(tx: Transaction, { type, value }: Tagged, tags: readonly Tag[]): void {
  if (type === 'POLICY') tx.put('service-control-policy', { ...value, tags })
  else if (type === 'ACCOUNT') tx.put('account', { ...value, tags })
  else tx.put('organizational-unit', { ...value, tags })
}
