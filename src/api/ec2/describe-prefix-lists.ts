import type { DescribePrefixListsRequest, DescribePrefixListsResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters } from './filters.ts'

/**
 * AWS's own prefix lists belong to gateway endpoints of its services, of which there are none here: every honest answer is
 * an empty one. Terraform looks for the list of each endpoint it reads, and takes none for none.
 *
 * Source: EC2 API Reference, DescribePrefixLists.
 *
 * @throws InvalidPrefixListID.NotFound, InvalidParameterValue
 */
export const describePrefixLists: Operation<DescribePrefixListsRequest, DescribePrefixListsResult> = {
  action: 'ec2:DescribePrefixLists',
  kind: 'read',

  handle(input) {
    const [id] = input.PrefixListIds ?? []
    if (id !== undefined) throw errors.prefixListNotFound(id)
    const none = () => undefined
    applyFilters(
      [],
      input.Filters,
      { 'prefix-list-id': none, 'prefix-list-name': none },
      undefined,
      errors.unknownFilter,
    )
    return { PrefixLists: [] }
  },
}
