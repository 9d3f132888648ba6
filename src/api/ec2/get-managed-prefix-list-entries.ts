import type { GetManagedPrefixListEntriesRequest, GetManagedPrefixListEntriesResult } from '@aws-sdk/client-ec2'
import type { PrefixListEntry } from '../../resource/managed-prefix-list.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { awsListWithId, entriesOfVersion, requireManagedPrefixList } from './managed-prefix-list.ts'
import { paginate } from './pagination.ts'

/**
 * The entries of a list, now or at an earlier version. AWS's own lists have none here (resource/managed-prefix-list.ts).
 *
 * Source: EC2 API Reference, GetManagedPrefixListEntries.
 *
 * @throws InvalidPrefixListID.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const getManagedPrefixListEntries: Operation<
  GetManagedPrefixListEntriesRequest,
  GetManagedPrefixListEntriesResult
> = {
  action: 'ec2:GetManagedPrefixListEntries',
  kind: 'read',
  missing: ["AWS's own lists have no entries: their services are not here, so no address is theirs"],

  handle(input, ctx) {
    const { page, nextToken } = paginate(wantedEntries(input, ctx), input, { max: 100, idOf: ({ cidr }) => cidr })
    return {
      Entries: page.map(({ cidr, description }) => ({ Cidr: cidr, ...(description && { Description: description }) })),
      NextToken: nextToken,
    }
  },
}

function wantedEntries(
  { PrefixListId: id, TargetVersion: version }: GetManagedPrefixListEntriesRequest,
  ctx: OperationContext,
): readonly PrefixListEntry[] {
  if (awsListWithId(ctx.region, id)) return []
  const list = requireManagedPrefixList(ctx, id)
  return entriesOfVersion(list, version ?? list.version, 'targetVersion')
}
