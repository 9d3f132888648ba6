import { renameSync, writeFileSync } from 'node:fs'
import { createAccount, createRootAccessKey } from '../api/account.ts'
import type { OperationContext } from '../api/operation.ts'
import { rootOf } from '../api/organizations/organization-tree.ts'
import { idAlphabet, newRoot } from '../api/organizations/organizational-unit.ts'
import type { AccessKey } from '../resource/account.ts'
import type { Store } from '../state/store.ts'

/**
 * The management account's root key; made at first start, and the same until it is deleted or switched
 * off; then the next start makes another.
 *
 * @param accountId  in trust mode the account that any key stands for (aws/authenticate.ts), so that the key which
 *                   `underpass env` prints is the management account's there too; otherwise twelve random digits
 */
export function ensureManagementAccount(
  store: Pick<Store, 'transact'>,
  randomness: Pick<OperationContext, 'now' | 'randomText'>,
  accountId?: string,
): Promise<AccessKey> {
  return store.transact((tx) => {
    // An organization of a log from before there were units has no root.
    if (tx.get('organization', 'organization') && !rootOf(tx)) {
      tx.put('organizational-unit', newRoot(randomness.randomText(4, idAlphabet)))
    }
    const existing = [...tx.all('account')].find((account) => account.isManagement)
    const account =
      existing ??
      createAccount(tx, randomness, {
        name: 'management',
        email: 'management@underpass.invalid',
        isManagement: true,
        ...(accountId === undefined ? {} : { accountId }),
      })
    const rootKeys = tx.by('access-key', 'userName', `${account.accountId}|`)
    // One that was switched off over the IAM API would lock the operator out.
    const key = rootKeys.find(({ status }) => status === 'Active')
    return key ?? createRootAccessKey(tx, randomness, account.accountId)
  })
}

/** What `underpass env` prints for a shell. Readable by its owner only; the log is where the key is kept. */
export function writeCredentials(path: string, key: AccessKey, region: string): void {
  const { accountId, accessKeyId, secretAccessKey } = key
  const text = JSON.stringify({ accountId, accessKeyId, secretAccessKey, region }, undefined, 2)
  const unfinished = `${path}.new`
  writeFileSync(unfinished, `${text}\n`, { mode: 0o600 })
  renameSync(unfinished, path)
}
