import type { Kind, ResourceOfKind } from '../resource/kind.ts'
import { idOf, kinds } from '../resource/kind.ts'
import type { Store } from '../state/store.ts'
import type { Reports } from './observed.ts'

const agentTimeoutMs = 60_000
/** How often it is looked whether the agent is still there. */
const lookEveryMs = 250

/** Why a reset is not done; the text is for whoever called it. */
export class ResetError extends Error {
  override readonly name = 'ResetError'
}

/**
 * Empties all state but the management account and its key, and waits until the kernel is empty too.
 *
 * It is one batch of deletions, so agents and the log see nothing unusual. The cursor of fabric addresses stays: they are
 * never given twice.
 */
export async function reset(
  store: Pick<Store, 'transact'>,
  reports: Reports,
  isConnected: () => boolean,
): Promise<void> {
  if (!isConnected()) {
    throw new ResetError('No agent is connected, so kernel objects cannot be removed. Start it: underpass up')
  }
  const revision = await store.transact((tx) => {
    const management = [...tx.all('account')].find((account) => account.isManagement)
    const isKept = <K extends Kind>(kind: K, resource: ResourceOfKind[K]): boolean => {
      if (kind === 'fabric') return true
      if (kind !== 'account' && kind !== 'access-key') return false
      return (resource as { readonly accountId?: string }).accountId === management?.accountId
    }
    let deleted = 0
    for (const kind of kinds) {
      for (const resource of [...tx.all(kind)]) {
        if (isKept(kind, resource)) continue
        tx.delete(kind, (idOf[kind] as (resource: ResourceOfKind[Kind]) => string)(resource))
        deleted++
      }
    }
    return deleted > 0 ? tx.revision + 1 : tx.revision
  })
  for (let waitedMs = 0; !(await reports.confirmed(revision, lookEveryMs)); ) {
    waitedMs += lookEveryMs
    if (!isConnected()) {
      throw new ResetError('The state is empty, but not the kernel: the agent is gone. Start it: underpass up')
    }
    if (waitedMs >= agentTimeoutMs) {
      throw new ResetError(
        `The state is empty, but the agent has not confirmed it within ${agentTimeoutMs / 1000} s. Look at: underpass status`,
      )
    }
  }
  const [failure] = reports.failures
  if (failure) throw new ResetError(`The state is empty, but not the kernel: ${failure.owner}: ${failure.message}`)
}
