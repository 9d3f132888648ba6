import type { GetLoginProfileRequest, GetLoginProfileResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { userOrCaller } from './user.ts'

/**
 * Nobody has a password: there is no console sign-in, so the profile is never found.
 * Source: IAM API Reference, GetLoginProfile.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const getLoginProfile: Operation<GetLoginProfileRequest, GetLoginProfileResponse> = {
  action: 'iam:GetLoginProfile',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const user = userOrCaller(ctx, input.UserName)
    throw errors.loginProfileNotFound(user?.userName ?? '')
  },
}
