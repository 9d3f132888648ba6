import type { ListUsersRequest, ListUsersResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { page, pageEnd } from './pagination.ts'
import { describeListedUser } from './user.ts'

/**
 * The users of the account, by name, without their tags and boundaries.
 * Source: IAM API Reference, ListUsers.
 *
 * @throws ValidationError
 */
export const listUsers: Operation<ListUsersRequest, ListUsersResponse> = {
  action: 'iam:ListUsers',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const users = tx.by('user', 'accountId', accountId).filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
    const shown = page(users, ({ userName }) => userName.toLowerCase(), input)
    return { Users: shown.items.map(describeListedUser), ...pageEnd(shown) }
  },
}
