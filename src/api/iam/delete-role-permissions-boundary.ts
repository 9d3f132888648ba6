import type { DeleteRolePermissionsBoundaryRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { withoutBoundary } from './permissions-boundary.ts'
import { findOwnRole } from './role.ts'

/**
 * Removes the limit: from then on the role has all that its policies give.
 * Source: IAM API Reference, DeleteRolePermissionsBoundary.
 *
 * @throws NoSuchEntity, UnmodifiableEntity
 */
export const deleteRolePermissionsBoundary: Operation<DeleteRolePermissionsBoundaryRequest, object> = {
  action: 'iam:DeleteRolePermissionsBoundary',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const role = findOwnRole(ctx, input.RoleName)
    if (role.permissionsBoundaryArn === undefined) throw errors.boundaryNotFound('role', role.roleName)
    ctx.tx.put('role', withoutBoundary(role))
    return {}
  },
}
