import type { DescribeRegionsRequest, DescribeRegionsResult } from '@aws-sdk/client-ec2'
import { type Region, regionOf, regions } from '../../resource/geography.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters, type FilterTable } from './filters.ts'

const optInStatus = 'opt-in-not-required'
const endpointOf = (region: Region) => `ec2.${region.regionName}.amazonaws.com`

const filters: FilterTable<Region> = {
  endpoint: endpointOf,
  'opt-in-status': () => optInStatus,
  'region-name': (region) => region.regionName,
}

/**
 * Source: EC2 API Reference, DescribeRegions.
 *
 * @throws InvalidParameterValue
 */
export const describeRegions: Operation<DescribeRegionsRequest, DescribeRegionsResult> = {
  action: 'ec2:DescribeRegions',
  kind: 'read',
  missing: ['the Regions that are enabled by default only, also with AllRegions'],

  handle(input) {
    const names = input.RegionNames ?? []
    const unknown = names.filter((name) => !regionOf(name))
    if (unknown.length > 0) throw errors.invalidRegion(unknown)

    const wanted = names.length === 0 ? regions : regions.filter((region) => names.includes(region.regionName))
    return {
      Regions: applyFilters(wanted, input.Filters, filters, undefined, errors.unknownFilter).map((region) => ({
        RegionName: region.regionName,
        Endpoint: endpointOf(region),
        OptInStatus: optInStatus,
      })),
    }
  },
}
