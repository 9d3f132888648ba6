import type { AccessKey } from '../../resource/account.ts'
import type { View } from '../../state/transaction.ts'
import { errors } from './errors.ts'

/**
 * A key of one user, or of the account's root user when no name is given.
 *
 * @throws NoSuchEntity: for a key of somebody else, too
 */
export function findAccessKey(
  { tx, accountId }: { readonly tx: View; readonly accountId: string },
  userName: string | undefined,
  accessKeyId = '',
): AccessKey {
  const key = tx.get('access-key', accessKeyId)
  if (key?.accountId !== accountId || key.userName !== userName) throw errors.accessKeyNotFound(accessKeyId)
  return key
}
