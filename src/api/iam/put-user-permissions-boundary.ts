import type { PutUserPermissionsBoundaryRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { withBoundary } from './permissions-boundary.ts'
import { findUser } from './user.ts'

/**
 * Sets the managed policy that limits what all other policies can give the user.
 * Source: IAM API Reference, PutUserPermissionsBoundary.
 *
 * @throws NoSuchEntity, InvalidInput
 */
export const putUserPermissionsBoundary: Operation<PutUserPermissionsBoundaryRequest, object> = {
  action: 'iam:PutUserPermissionsBoundary',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    ctx.tx.put('user', withBoundary(ctx, findUser(ctx, input.UserName), input.PermissionsBoundary))
    return {}
  },
}
