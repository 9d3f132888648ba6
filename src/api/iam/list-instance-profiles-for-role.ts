import type { ListInstanceProfilesForRoleRequest, ListInstanceProfilesForRoleResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { describeListedInstanceProfile, instanceProfilesOf } from './instance-profile.ts'
import { page, pageEnd } from './pagination.ts'
import { findRole } from './role.ts'

/**
 * The profiles that have a role.
 * Source: IAM API Reference, ListInstanceProfilesForRole.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listInstanceProfilesForRole: Operation<
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse
> = {
  action: 'iam:ListInstanceProfilesForRole',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const profiles = instanceProfilesOf(ctx, findRole(ctx, input.RoleName).roleName)
    const shown = page(profiles, ({ instanceProfileName }) => instanceProfileName.toLowerCase(), input)
    return {
      InstanceProfiles: shown.items.map((profile) => describeListedInstanceProfile(ctx, profile)),
      ...pageEnd(shown),
    }
  },
}
