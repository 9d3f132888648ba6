import type { TagInstanceProfileRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { findInstanceProfile } from './instance-profile.ts'
import { mergeTags, parseTags } from './tags.ts'

/**
 * Adds or replaces tags of an instance profile.
 * Source: IAM API Reference, TagInstanceProfile.
 *
 * @throws NoSuchEntity, InvalidInput, LimitExceeded
 */
export const tagInstanceProfile: Operation<TagInstanceProfileRequest, object> = {
  action: 'iam:TagInstanceProfile',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const profile = findInstanceProfile(ctx, input.InstanceProfileName)
    ctx.tx.put('instance-profile', {
      ...profile,
      tags: mergeTags(profile.tags, parseTags(input.Tags, 'InstanceProfile'), 'InstanceProfile'),
    })
    return {}
  },
}
