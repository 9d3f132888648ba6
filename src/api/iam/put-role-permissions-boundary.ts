import type { PutRolePermissionsBoundaryRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { withBoundary } from './permissions-boundary.ts'
import { findOwnRole } from './role.ts'

/**
 * Sets the managed policy that limits what all other policies can give the role.
 * Source: IAM API Reference, PutRolePermissionsBoundary.
 *
 * @throws NoSuchEntity, InvalidInput, UnmodifiableEntity
 */
export const putRolePermissionsBoundary: Operation<PutRolePermissionsBoundaryRequest, object> = {
  action: 'iam:PutRolePermissionsBoundary',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    ctx.tx.put('role', withBoundary(ctx, findOwnRole(ctx, input.RoleName), input.PermissionsBoundary))
    return {}
  },
}
