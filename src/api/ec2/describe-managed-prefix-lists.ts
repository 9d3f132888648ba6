import type { DescribeManagedPrefixListsRequest, DescribeManagedPrefixListsResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters } from './filters.ts'

/**
 * Source: EC2 API Reference, DescribeManagedPrefixLists.
 *
 * @throws InvalidPrefixListID.NotFound, InvalidParameterValue
 */
export const describeManagedPrefixLists: Operation<
  DescribeManagedPrefixListsRequest,
  DescribeManagedPrefixListsResult
> = {
  action: 'ec2:DescribeManagedPrefixLists',
  kind: 'read',
  missing: ["prefix lists cannot be made, and AWS's own do not exist here: the list is always empty"],

  handle(input) {
    const [id] = input.PrefixListIds ?? []
    if (id !== undefined) throw errors.prefixListNotFound(id)
    const none = () => undefined
    const filters = { 'owner-id': none, 'prefix-list-id': none, 'prefix-list-name': none }
    applyFilters([], input.Filters, filters, () => [], errors.unknownFilter)
    return { PrefixLists: [] }
  },
}
