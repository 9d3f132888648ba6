import type { ListVirtualMFADevicesRequest, ListVirtualMFADevicesResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'

/**
 * There are none: they cannot be made here, and tools that clean up a user ask for them.
 * Source: IAM API Reference, ListVirtualMFADevices.
 *
 * @throws ValidationError
 */
export const listVirtualMFADevices: Operation<ListVirtualMFADevicesRequest, ListVirtualMFADevicesResponse> = {
  action: 'iam:ListVirtualMFADevices',
  kind: 'read',

  handle(input) {
    checkConstraints(input)
    return { VirtualMFADevices: [], IsTruncated: false }
  },
}
