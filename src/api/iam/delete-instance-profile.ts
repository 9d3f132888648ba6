import type { DeleteInstanceProfileRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { findInstanceProfile } from './instance-profile.ts'

/**
 * Removes a profile without a role.
 * Source: IAM API Reference, DeleteInstanceProfile.
 *
 * @throws NoSuchEntity, DeleteConflict
 */
export const deleteInstanceProfile: Operation<DeleteInstanceProfileRequest, object> = {
  action: 'iam:DeleteInstanceProfile',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const { instanceProfileName, roleNames } = findInstanceProfile(ctx, input.InstanceProfileName)
    if (roleNames.length > 0) throw errors.mustRemoveRoles()
    ctx.tx.delete('instance-profile', `${ctx.accountId}|${instanceProfileName}`)
    return {}
  },
}
