import type {
  GetServiceLinkedRoleDeletionStatusRequest,
  GetServiceLinkedRoleDeletionStatusResponse,
} from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { parseDeletionTaskId } from './service-linked-role.ts'

/**
 * Whether the role is gone: a removal is done at once, or refused while the service has resources in the account.
 * Source: IAM API Reference, GetServiceLinkedRoleDeletionStatus.
 *
 * @throws InvalidInput
 */
export const getServiceLinkedRoleDeletionStatus: Operation<
  GetServiceLinkedRoleDeletionStatusRequest,
  GetServiceLinkedRoleDeletionStatusResponse
> = {
  action: 'iam:GetServiceLinkedRoleDeletionStatus',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const roleName = parseDeletionTaskId(input.DeletionTaskId ?? '')
    if (!ctx.tx.get('role', `${ctx.accountId}|${roleName}`)) return { Status: 'SUCCEEDED' }
    return { Status: 'FAILED', Reason: { Reason: 'The service has resources in the account that use the role.' } }
  },
}
