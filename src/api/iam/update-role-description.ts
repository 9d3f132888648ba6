import type { UpdateRoleDescriptionRequest, UpdateRoleDescriptionResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { describeRole, findRole } from './role.ts'

/**
 * Changes the description alone; UpdateRole has replaced it.
 * Source: IAM API Reference, UpdateRoleDescription.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const updateRoleDescription: Operation<UpdateRoleDescriptionRequest, UpdateRoleDescriptionResponse> = {
  action: 'iam:UpdateRoleDescription',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const role = { ...findRole(ctx, input.RoleName), description: input.Description ?? '' }
    ctx.tx.put('role', role)
    return { Role: describeRole(role) }
  },
}
