import type { RemoveRoleFromInstanceProfileRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { findInstanceProfile } from './instance-profile.ts'

/**
 * Takes the role out of a profile.
 * Source: IAM API Reference, RemoveRoleFromInstanceProfile.
 *
 * @throws NoSuchEntity
 */
export const removeRoleFromInstanceProfile: Operation<RemoveRoleFromInstanceProfileRequest, object> = {
  action: 'iam:RemoveRoleFromInstanceProfile',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const profile = findInstanceProfile(ctx, input.InstanceProfileName)
    const { RoleName: roleName = '' } = input
    if (!profile.roleNames.includes(roleName)) {
      throw errors.roleNotInInstanceProfile(roleName, profile.instanceProfileName)
    }
    ctx.tx.put('instance-profile', { ...profile, roleNames: profile.roleNames.filter((name) => name !== roleName) })
    return {}
  },
}
