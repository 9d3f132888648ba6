import type { ListAccountAliasesRequest, ListAccountAliasesResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'

/**
 * The name of the account, if it has one.
 * Source: IAM API Reference, ListAccountAliases.
 *
 * @throws ValidationError
 */
export const listAccountAliases: Operation<ListAccountAliasesRequest, ListAccountAliasesResponse> = {
  action: 'iam:ListAccountAliases',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const alias = ctx.tx.get('account', ctx.accountId)?.alias
    return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false }
  },
}
