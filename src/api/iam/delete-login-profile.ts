import type { DeleteLoginProfileRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { userOrCaller } from './user.ts'

/**
 * Nobody has a password: there is no console sign-in, so the profile is never found.
 * Source: IAM API Reference, DeleteLoginProfile.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const deleteLoginProfile: Operation<DeleteLoginProfileRequest, object> = {
  action: 'iam:DeleteLoginProfile',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const user = userOrCaller(ctx, input.UserName)
    throw errors.loginProfileNotFound(user?.userName ?? '')
  },
}
