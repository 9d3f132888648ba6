import type { UntagRoleRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { findRole } from './role.ts'
import { withoutTags } from './tags.ts'

/**
 * Removes tags of a role; keys that it does not have are no error.
 * Source: IAM API Reference, UntagRole.
 *
 * @throws NoSuchEntity
 */
export const untagRole: Operation<UntagRoleRequest, object> = {
  action: 'iam:UntagRole',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const role = findRole(ctx, input.RoleName)
    ctx.tx.put('role', { ...role, tags: withoutTags(role.tags, input.TagKeys, 'Role') })
    return {}
  },
}
