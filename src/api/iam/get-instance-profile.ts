import type { GetInstanceProfileRequest, GetInstanceProfileResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { describeInstanceProfile, findInstanceProfile } from './instance-profile.ts'

/**
 * A profile with its role.
 * Source: IAM API Reference, GetInstanceProfile.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const getInstanceProfile: Operation<GetInstanceProfileRequest, GetInstanceProfileResponse> = {
  action: 'iam:GetInstanceProfile',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    return { InstanceProfile: describeInstanceProfile(ctx, findInstanceProfile(ctx, input.InstanceProfileName)) }
  },
}
