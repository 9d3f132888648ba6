import type { Transaction } from '../../state/transaction.ts'
import type { Target } from './service-control-policy.ts'

export function putAttachments(tx: Transaction, { type, value }: Target, policyIds: readonly string[]): void {
  if (type === 'ACCOUNT') tx.put('account', { ...value, policyIds })
  else tx.put('organizational-unit', { ...value, policyIds })
}
