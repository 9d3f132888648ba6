import type { ListMFADevicesRequest, ListMFADevicesResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { userOrCaller } from './user.ts'

/**
 * No user has MFA devices: they cannot be made here, and tools that clean up a user ask for them.
 * Source: IAM API Reference, ListMFADevices.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listMFADevices: Operation<ListMFADevicesRequest, ListMFADevicesResponse> = {
  action: 'iam:ListMFADevices',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    userOrCaller(ctx, input.UserName)
    return { MFADevices: [], IsTruncated: false }
  },
}
