import assert from 'node:assert/strict'
import type { CreateAccountAliasRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'

/**
 * Gives the account a name; it has one at most, which the new one replaces. No two accounts share one.
 * Source: IAM API Reference, CreateAccountAlias.
 *
 * @throws EntityAlreadyExists, ValidationError
 */
export const createAccountAlias: Operation<CreateAccountAliasRequest, object> = {
  action: 'iam:CreateAccountAlias',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const { AccountAlias: alias = '' } = input
    const account = tx.get('account', accountId)
    assert(account, `no account ${accountId}`)
    for (const other of tx.all('account')) if (other.alias === alias) throw errors.accountAliasExists(alias)
    tx.put('account', { ...account, alias })
    return {}
  },
}
