import type { ListGroupsRequest, ListGroupsResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { describeGroup } from './group.ts'
import { page, pageEnd } from './pagination.ts'

/**
 * The groups of the account, by name.
 * Source: IAM API Reference, ListGroups.
 *
 * @throws ValidationError
 */
export const listGroups: Operation<ListGroupsRequest, ListGroupsResponse> = {
  action: 'iam:ListGroups',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const groups = tx.by('group', 'accountId', accountId).filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
    const shown = page(groups, ({ groupName }) => groupName.toLowerCase(), input)
    return { Groups: shown.items.map(describeGroup), ...pageEnd(shown) }
  },
}
