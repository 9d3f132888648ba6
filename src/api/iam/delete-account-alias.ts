import type { DeleteAccountAliasRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'

/**
 * Takes the name away from the account.
 * Source: IAM API Reference, DeleteAccountAlias.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const deleteAccountAlias: Operation<DeleteAccountAliasRequest, object> = {
  action: 'iam:DeleteAccountAlias',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const account = tx.get('account', accountId)
    if (!account || account.alias !== input.AccountAlias) throw errors.accountAliasNotFound(input.AccountAlias ?? '')
    const { alias: _, ...unnamed } = account
    tx.put('account', unnamed)
    return {}
  },
}
