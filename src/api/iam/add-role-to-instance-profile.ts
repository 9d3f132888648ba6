import type { AddRoleToInstanceProfileRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { findInstanceProfile } from './instance-profile.ts'
import { findOwnRole } from './role.ts'

/**
 * Gives a profile its role; it has room for one.
 * Source: IAM API Reference, AddRoleToInstanceProfile.
 *
 * @throws NoSuchEntity, LimitExceeded, UnmodifiableEntity
 */
export const addRoleToInstanceProfile: Operation<AddRoleToInstanceProfileRequest, object> = {
  action: 'iam:AddRoleToInstanceProfile',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const profile = findInstanceProfile(ctx, input.InstanceProfileName)
    const { roleName } = findOwnRole(ctx, input.RoleName)
    if (profile.roleNames.length > 0) throw errors.quotaExceeded('InstanceSessionsPerInstanceProfile', 1)
    ctx.tx.put('instance-profile', { ...profile, roleNames: [roleName] })
    return {}
  },
}
