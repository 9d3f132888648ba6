import type { CreateAccessKeyRequest, CreateAccessKeyResponse } from '@aws-sdk/client-iam'
import { createLongLivedKey } from '../account.ts'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { quotas } from './quotas.ts'
import { userOrCaller } from './user.ts'

/**
 * A long-lived key; the only answer that ever holds its secret. Without a name it is the caller's, the root user's too.
 * Source: IAM API Reference, CreateAccessKey.
 *
 * @throws NoSuchEntity, LimitExceeded, ValidationError
 */
export const createAccessKey: Operation<CreateAccessKeyRequest, CreateAccessKeyResponse> = {
  action: 'iam:CreateAccessKey',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const userName = userOrCaller(ctx, input.UserName)?.userName
    const limit = quotas.accessKeysPerUser
    if (tx.by('access-key', 'userName', `${accountId}|${userName ?? ''}`).length >= limit) {
      throw errors.quotaExceeded('AccessKeysPerUser', limit)
    }
    const key = createLongLivedKey(tx, ctx, accountId, userName)
    return {
      AccessKey: {
        UserName: userName,
        AccessKeyId: key.accessKeyId,
        Status: key.status,
        SecretAccessKey: key.secretAccessKey,
        CreateDate: new Date(key.createdAt),
      },
    }
  },
}
