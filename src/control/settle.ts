import type { Observed } from '../api/observed.ts'
import type { Store } from '../state/store.ts'
import type { Transaction } from '../state/transaction.ts'
import { forgetClientTokens } from './client-token.ts'
import { removeTerminatedInstances } from './instance.ts'
import type { Reports } from './observed.ts'
import { removeDrainedTargets } from './target-group.ts'
import { expirePendingEndpoints, removeDeletedEndpoints } from './vpc-endpoint.ts'

export interface SettleContext {
  readonly tx: Transaction
  readonly observed: Observed
  readonly now: Date
}

/** Writes what follows from an agent's report, or from time that has passed, and from nothing else. */
export type SettleRule = (ctx: SettleContext) => void

const rules: readonly SettleRule[] = [
  removeDeletedEndpoints,
  expirePendingEndpoints,
  removeTerminatedInstances,
  removeDrainedTargets,
  forgetClientTokens,
]

/**
 * Brings to its end what a request could only begin. Called after every outcome and once a second: when nothing waits
 * it costs a few look-ups (the `unsettled` indexes) and writes nothing.
 */
export function settle(store: Pick<Store, 'transact'>, reports: Reports, now: Date): Promise<void> {
  return store.transact((tx) => {
    const ctx = { tx, observed: reports.in(tx), now }
    for (const rule of rules) rule(ctx)
  })
}
