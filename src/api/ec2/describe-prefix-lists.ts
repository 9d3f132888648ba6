import type { DescribePrefixListsRequest, DescribePrefixListsResult } from '@aws-sdk/client-ec2'
import { type AwsPrefixList, awsPrefixListsOf } from '../../resource/managed-prefix-list.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { prefixListId } from './errors-prefix-list.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { awsListWithId, checkPrefixListIds } from './managed-prefix-list.ts'
import { paginate } from './pagination.ts'

const filters: FilterTable<AwsPrefixList> = {
  'prefix-list-id': (list) => list.prefixListId,
  'prefix-list-name': (list) => list.prefixListName,
}

/**
 * AWS's own lists only, by the names of the services that gateway endpoints lead to. Terraform looks for the list of each
 * endpoint it reads, and takes none for none.
 *
 * Source: EC2 API Reference, DescribePrefixLists.
 *
 * @throws InvalidPrefixListID.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const describePrefixLists: Operation<DescribePrefixListsRequest, DescribePrefixListsResult> = {
  action: 'ec2:DescribePrefixLists',
  kind: 'read',
  missing: ['no blocks are told: the services are not here, so no address is theirs'],

  handle(input, { region }) {
    const ids = input.PrefixListIds ?? []
    checkPrefixListIds(ids)
    const unknown = ids.filter((id) => !awsListWithId(region, id))
    if (unknown.length > 0) throw prefixListId.notFound(...unknown)
    const named = awsPrefixListsOf(region).filter((list) => ids.length === 0 || ids.includes(list.prefixListId))
    const lists = applyFilters(named, input.Filters, filters, undefined, errors.unknownFilter)
    const { page, nextToken } = paginate(lists, input, { max: 1000, idOf: (list) => list.prefixListId })
    return {
      PrefixLists: page.map((list) => ({
        PrefixListId: list.prefixListId,
        PrefixListName: list.prefixListName,
        Cidrs: [],
      })),
      NextToken: nextToken,
    }
  },
}
