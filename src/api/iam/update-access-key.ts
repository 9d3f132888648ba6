import type { UpdateAccessKeyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { findAccessKey } from './access-key.ts'
import { checkConstraints } from './constraints.ts'
import { userOrCaller } from './user.ts'

/**
 * Switches a key off or on. A key that is off is refused like one that does not exist.
 * Source: IAM API Reference, UpdateAccessKey.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const updateAccessKey: Operation<UpdateAccessKeyRequest, object> = {
  action: 'iam:UpdateAccessKey',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const key = findAccessKey(ctx, userOrCaller(ctx, input.UserName)?.userName, input.AccessKeyId)
    ctx.tx.put('access-key', { ...key, status: input.Status === 'Inactive' ? 'Inactive' : 'Active' })
    return {}
  },
}
