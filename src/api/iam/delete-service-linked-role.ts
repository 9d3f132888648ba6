import type { DeleteServiceLinkedRoleRequest, DeleteServiceLinkedRoleResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { findRole } from './role.ts'
import { deletionTaskId, isInUse } from './service-linked-role.ts'

/**
 * Asks for the removal of a service-linked role; GetServiceLinkedRoleDeletionStatus tells how it went.
 * Source: IAM API Reference, DeleteServiceLinkedRole.
 *
 * @throws NoSuchEntity, InvalidInput
 */
export const deleteServiceLinkedRole: Operation<DeleteServiceLinkedRoleRequest, DeleteServiceLinkedRoleResponse> = {
  action: 'iam:DeleteServiceLinkedRole',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const role = findRole(ctx, input.RoleName)
    if (role.linkedService === undefined) throw errors.notServiceLinked(role.roleName)
    if (!isInUse(ctx, role)) ctx.tx.delete('role', `${ctx.accountId}|${role.roleName}`)
    return { DeletionTaskId: deletionTaskId(role, ctx.randomText(32)) }
  },
}
