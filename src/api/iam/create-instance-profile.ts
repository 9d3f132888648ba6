import type { CreateInstanceProfileRequest, CreateInstanceProfileResponse } from '@aws-sdk/client-iam'
import type { InstanceProfile } from '../../resource/identity.ts'
import { newUniqueId } from '../account.ts'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { describeInstanceProfile } from './instance-profile.ts'
import { quotas } from './quotas.ts'
import { parseTags } from './tags.ts'

/**
 * A profile, without a role yet.
 * Source: IAM API Reference, CreateInstanceProfile.
 *
 * @throws EntityAlreadyExists, LimitExceeded, InvalidInput, ValidationError
 */
export const createInstanceProfile: Operation<CreateInstanceProfileRequest, CreateInstanceProfileResponse> = {
  action: 'iam:CreateInstanceProfile',
  kind: 'write',
  missing: ['A profile is a record: no instance gets credentials from it.'],

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const { InstanceProfileName: instanceProfileName = '' } = input
    if (tx.by('instance-profile', 'name', `${accountId}|${instanceProfileName.toLowerCase()}`).length > 0) {
      throw errors.instanceProfileExists(instanceProfileName)
    }
    if (tx.by('instance-profile', 'accountId', accountId).length >= quotas.instanceProfilesPerAccount) {
      throw errors.quotaExceeded('InstanceProfilesPerAccount', quotas.instanceProfilesPerAccount)
    }
    const profile: InstanceProfile = {
      instanceProfileId: newUniqueId(ctx, 'AIPA'),
      instanceProfileName,
      path: input.Path ?? '/',
      accountId,
      roleNames: [],
      createdAt: ctx.now.toISOString(),
      tags: parseTags(input.Tags, 'InstanceProfile'),
    }
    tx.put('instance-profile', profile)
    return { InstanceProfile: describeInstanceProfile(ctx, profile) }
  },
}
