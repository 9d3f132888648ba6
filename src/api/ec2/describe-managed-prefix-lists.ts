import type {
  DescribeManagedPrefixListsRequest,
  DescribeManagedPrefixListsResult,
  ManagedPrefixList as WirePrefixList,
} from '@aws-sdk/client-ec2'
import { awsPrefixListsOf } from '../../resource/managed-prefix-list.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { prefixListId } from './errors-prefix-list.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { checkPrefixListIds, describeAwsPrefixList, describeManagedPrefixList } from './managed-prefix-list.ts'
import { allOwned } from './owned.ts'
import { paginate } from './pagination.ts'

const filters: FilterTable<WirePrefixList> = {
  'owner-id': (list) => list.OwnerId,
  'prefix-list-id': (list) => list.PrefixListId,
  'prefix-list-name': (list) => list.PrefixListName,
}

/**
 * AWS's own lists of the Region, then the caller's.
 *
 * Source: EC2 API Reference, DescribeManagedPrefixLists.
 *
 * @throws InvalidPrefixListID.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const describeManagedPrefixLists: Operation<
  DescribeManagedPrefixListsRequest,
  DescribeManagedPrefixListsResult
> = {
  action: 'ec2:DescribeManagedPrefixLists',
  kind: 'read',
  missing: ["AWS's own lists are those of S3 and DynamoDB for IPv4, under ids of ours, and have no entries"],

  handle(input, ctx) {
    const all = [
      ...awsPrefixListsOf(ctx.region).map((list) => describeAwsPrefixList(ctx.region, list)),
      ...allOwned(ctx, 'managed-prefix-list').map((list) => describeManagedPrefixList(list)),
    ]
    const lists = applyFilters(
      withIds(all, input.PrefixListIds ?? []),
      input.Filters,
      filters,
      (list) => (list.Tags ?? []).map(({ Key: key = '', Value: value = '' }) => ({ key, value })),
      errors.unknownFilter,
    )
    const { page, nextToken } = paginate(lists, input, { max: 100, idOf: (list) => list.PrefixListId ?? '' })
    return { PrefixLists: [...page], NextToken: nextToken }
  },
}

function withIds(all: readonly WirePrefixList[], ids: readonly string[]): readonly WirePrefixList[] {
  if (ids.length === 0) return all
  checkPrefixListIds(ids)
  const unknown = ids.filter((id) => !all.some((list) => list.PrefixListId === id))
  if (unknown.length > 0) throw prefixListId.notFound(...unknown)
  return all.filter((list) => ids.includes(list.PrefixListId ?? ''))
}
