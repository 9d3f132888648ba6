import type { TagUserRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { mergeTags, parseTags } from './tags.ts'
import { findUser } from './user.ts'

/**
 * Adds or replaces tags of a user.
 * Source: IAM API Reference, TagUser.
 *
 * @throws NoSuchEntity, InvalidInput, LimitExceeded
 */
export const tagUser: Operation<TagUserRequest, object> = {
  action: 'iam:TagUser',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const user = findUser(ctx, input.UserName)
    ctx.tx.put('user', { ...user, tags: mergeTags(user.tags, parseTags(input.Tags, 'User'), 'User') })
    return {}
  },
}
