import type { ListServiceSpecificCredentialsRequest, ListServiceSpecificCredentialsResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { userOrCaller } from './user.ts'

/**
 * No user has service-specific credentials: they cannot be made here, and tools that clean up a user ask for them.
 * Source: IAM API Reference, ListServiceSpecificCredentials.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listServiceSpecificCredentials: Operation<
  ListServiceSpecificCredentialsRequest,
  ListServiceSpecificCredentialsResponse
> = {
  action: 'iam:ListServiceSpecificCredentials',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    if (!input.AllUsers) userOrCaller(ctx, input.UserName)
    return { ServiceSpecificCredentials: [], IsTruncated: false }
  },
}
