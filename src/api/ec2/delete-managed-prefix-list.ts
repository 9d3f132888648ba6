import type { DeleteManagedPrefixListRequest, DeleteManagedPrefixListResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { prefixListInUse } from './errors-prefix-list.ts'
import { associationsOf, describeManagedPrefixList, requireManagedPrefixList } from './managed-prefix-list.ts'

/**
 * Source: EC2 API Reference, DeleteManagedPrefixList. The answer says `delete-in-progress`; the list is gone by then.
 *
 * @throws InvalidPrefixListID.NotFound, DependencyViolation while a rule or a route names it, OperationNotPermitted
 */
export const deleteManagedPrefixList: Operation<DeleteManagedPrefixListRequest, DeleteManagedPrefixListResult> = {
  action: 'ec2:DeleteManagedPrefixList',
  kind: 'write',

  handle(input, ctx) {
    const list = requireManagedPrefixList(ctx, input.PrefixListId)
    if (associationsOf(ctx, list.prefixListId, ctx.accountId).length > 0) throw prefixListInUse(list.prefixListId)
    ctx.tx.delete('managed-prefix-list', list.prefixListId)
    return { PrefixList: describeManagedPrefixList(list, 'delete-in-progress') }
  },
}
