import type { UntagInstanceProfileRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { findInstanceProfile } from './instance-profile.ts'
import { withoutTags } from './tags.ts'

/**
 * Removes tags of an instance profile; keys that it does not have are no error.
 * Source: IAM API Reference, UntagInstanceProfile.
 *
 * @throws NoSuchEntity
 */
export const untagInstanceProfile: Operation<UntagInstanceProfileRequest, object> = {
  action: 'iam:UntagInstanceProfile',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const profile = findInstanceProfile(ctx, input.InstanceProfileName)
    ctx.tx.put('instance-profile', { ...profile, tags: withoutTags(profile.tags, input.TagKeys, 'InstanceProfile') })
    return {}
  },
}
