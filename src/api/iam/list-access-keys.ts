import type { ListAccessKeysRequest, ListAccessKeysResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { page, pageEnd } from './pagination.ts'
import { userOrCaller } from './user.ts'

/**
 * The keys of a user, without their secrets; without a name those of the caller, the root user too.
 * Source: IAM API Reference, ListAccessKeys.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listAccessKeys: Operation<ListAccessKeysRequest, ListAccessKeysResponse> = {
  action: 'iam:ListAccessKeys',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const userName = userOrCaller(ctx, input.UserName)?.userName
    const keys = tx.by('access-key', 'userName', `${accountId}|${userName ?? ''}`)
    const shown = page(keys, ({ createdAt, accessKeyId }) => `${createdAt}|${accessKeyId}`, input)
    return {
      AccessKeyMetadata: shown.items.map((key) => ({
        UserName: userName,
        AccessKeyId: key.accessKeyId,
        Status: key.status,
        CreateDate: new Date(key.createdAt),
      })),
      ...pageEnd(shown),
    }
  },
}
