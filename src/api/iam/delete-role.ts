import type { DeleteRoleRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { instanceProfilesOf } from './instance-profile.ts'
import { checkNoPolicies } from './policy-holder.ts'
import { findOwnRole } from './role.ts'

/**
 * Removes a role without policies and instance profiles. Its sessions may do nothing from then on.
 * Source: IAM API Reference, DeleteRole.
 *
 * @throws NoSuchEntity, DeleteConflict, UnmodifiableEntity
 */
export const deleteRole: Operation<DeleteRoleRequest, object> = {
  action: 'iam:DeleteRole',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const role = findOwnRole(ctx, input.RoleName)
    checkNoPolicies(role)
    if (instanceProfilesOf(ctx, role.roleName).length > 0) throw errors.mustRemoveRoles()
    ctx.tx.delete('role', `${ctx.accountId}|${role.roleName}`)
    return {}
  },
}
