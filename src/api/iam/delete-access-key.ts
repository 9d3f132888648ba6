import type { DeleteAccessKeyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { findAccessKey } from './access-key.ts'
import { checkConstraints } from './constraints.ts'
import { userOrCaller } from './user.ts'

/**
 * Removes a key: the next request that it signs is refused.
 * Source: IAM API Reference, DeleteAccessKey.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const deleteAccessKey: Operation<DeleteAccessKeyRequest, object> = {
  action: 'iam:DeleteAccessKey',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const key = findAccessKey(ctx, userOrCaller(ctx, input.UserName)?.userName, input.AccessKeyId)
    ctx.tx.delete('access-key', key.accessKeyId)
    return {}
  },
}
