import type { ListSSHPublicKeysRequest, ListSSHPublicKeysResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { userOrCaller } from './user.ts'

/**
 * No user has SSH keys: they cannot be made here, and tools that clean up a user ask for them.
 * Source: IAM API Reference, ListSSHPublicKeys.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listSSHPublicKeys: Operation<ListSSHPublicKeysRequest, ListSSHPublicKeysResponse> = {
  action: 'iam:ListSSHPublicKeys',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    userOrCaller(ctx, input.UserName)
    return { SSHPublicKeys: [], IsTruncated: false }
  },
}
