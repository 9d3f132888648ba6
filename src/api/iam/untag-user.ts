import type { UntagUserRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { withoutTags } from './tags.ts'
import { findUser } from './user.ts'

/**
 * Removes tags of a user; keys that it does not have are no error.
 * Source: IAM API Reference, UntagUser.
 *
 * @throws NoSuchEntity
 */
export const untagUser: Operation<UntagUserRequest, object> = {
  action: 'iam:UntagUser',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const user = findUser(ctx, input.UserName)
    ctx.tx.put('user', { ...user, tags: withoutTags(user.tags, input.TagKeys, 'User') })
    return {}
  },
}
