import type { UpdateRoleRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { defaultSessionDurationSeconds, findRole } from './role.ts'

/**
 * Changes description and longest session; of a service-linked role only the description. A session length that is left out becomes an hour again, as on AWS.
 * Source: IAM API Reference, UpdateRole.
 *
 * @throws NoSuchEntity, UnmodifiableEntity, ValidationError
 */
export const updateRole: Operation<UpdateRoleRequest, object> = {
  action: 'iam:UpdateRole',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const role = findRole(ctx, input.RoleName)
    if (role.linkedService !== undefined && input.MaxSessionDuration !== undefined) {
      throw errors.protectedRole(role.roleName, role.linkedService)
    }
    ctx.tx.put('role', {
      ...role,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      maxSessionDurationSeconds: input.MaxSessionDuration ?? defaultSessionDurationSeconds,
    })
    return {}
  },
}
