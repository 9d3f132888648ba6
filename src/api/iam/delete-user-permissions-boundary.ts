import type { DeleteUserPermissionsBoundaryRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { withoutBoundary } from './permissions-boundary.ts'
import { findUser } from './user.ts'

/**
 * Removes the limit: from then on the user has all that its policies give.
 * Source: IAM API Reference, DeleteUserPermissionsBoundary.
 *
 * @throws NoSuchEntity
 */
export const deleteUserPermissionsBoundary: Operation<DeleteUserPermissionsBoundaryRequest, object> = {
  action: 'iam:DeleteUserPermissionsBoundary',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const user = findUser(ctx, input.UserName)
    if (user.permissionsBoundaryArn === undefined) throw errors.boundaryNotFound('user', user.userName)
    ctx.tx.put('user', withoutBoundary(user))
    return {}
  },
}
