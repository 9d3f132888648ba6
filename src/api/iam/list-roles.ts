import type { ListRolesRequest, ListRolesResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { page, pageEnd } from './pagination.ts'
import { describeListedRole } from './role.ts'

/**
 * The roles of the account, by name, without their tags and boundaries.
 * Source: IAM API Reference, ListRoles.
 *
 * @throws ValidationError
 */
export const listRoles: Operation<ListRolesRequest, ListRolesResponse> = {
  action: 'iam:ListRoles',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const roles = tx.by('role', 'accountId', accountId).filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
    const shown = page(roles, ({ roleName }) => roleName.toLowerCase(), input)
    return { Roles: shown.items.map(describeListedRole), ...pageEnd(shown) }
  },
}
