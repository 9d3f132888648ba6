import type { TagRoleRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { findRole } from './role.ts'
import { mergeTags, parseTags } from './tags.ts'

/**
 * Adds or replaces tags of a role.
 * Source: IAM API Reference, TagRole.
 *
 * @throws NoSuchEntity, InvalidInput, LimitExceeded
 */
export const tagRole: Operation<TagRoleRequest, object> = {
  action: 'iam:TagRole',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const role = findRole(ctx, input.RoleName)
    ctx.tx.put('role', { ...role, tags: mergeTags(role.tags, parseTags(input.Tags, 'Role'), 'Role') })
    return {}
  },
}
