import type { DescribeDhcpOptionsRequest, DescribeDhcpOptionsResult } from '@aws-sdk/client-ec2'
import type { DhcpOptions } from '../../resource/dhcp-options.ts'
import type { Operation } from '../operation.ts'
import { describeDhcpOptionsSet } from './dhcp-options.ts'
import * as errors from './errors.ts'
import { dhcpOptionsId } from './errors-network.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { selectOwned } from './owned.ts'
import { paginate } from './pagination.ts'

const filters: FilterTable<DhcpOptions> = {
  'dhcp-options-id': (options) => options.dhcpOptionsId,
  key: (options) => options.configurations.map(({ key }) => key),
  'owner-id': (options) => options.ownerId,
  value: (options) => options.configurations.flatMap(({ values }) => values),
}

/**
 * Source: EC2 API Reference, DescribeDhcpOptions.
 *
 * @throws InvalidDhcpOptionID.NotFound, InvalidDhcpOptionsId.Malformed, InvalidParameterValue, InvalidNextToken
 */
export const describeDhcpOptions: Operation<DescribeDhcpOptionsRequest, DescribeDhcpOptionsResult> = {
  action: 'ec2:DescribeDhcpOptions',
  kind: 'read',

  handle(input, ctx) {
    const sets = applyFilters(
      selectOwned(ctx, 'dhcp-options', input.DhcpOptionsIds, dhcpOptionsId),
      input.Filters,
      filters,
      (options) => options.tags,
      errors.unknownFilter,
    )
    const { page, nextToken } = paginate(sets, input, { min: 5, max: 1000, idOf: (options) => options.dhcpOptionsId })
    return { DhcpOptions: page.map(describeDhcpOptionsSet), NextToken: nextToken }
  },
}
