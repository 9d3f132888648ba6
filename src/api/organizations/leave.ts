import type { Account } from '../../resource/account.ts'

/** The account as it stands alone: no place in a tree, no policies, no tags, and nobody's CreateAccount request. */
export function withoutMember(account: Account): Account {
  const { createRequestId: _, parentId: __, policyIds: ___, tags: ____, ...alone } = account
  return alone
}
