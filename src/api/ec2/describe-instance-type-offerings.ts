import type {
  _InstanceType,
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult,
  InstanceTypeOffering,
} from '@aws-sdk/client-ec2'
import { zonesOf } from '../../resource/geography.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { instanceTypeNames } from './instance-type.ts'
import { paginate } from './pagination.ts'

const filters: FilterTable<InstanceTypeOffering> = {
  'instance-type': (offering) => offering.InstanceType,
  location: (offering) => offering.Location,
}

/**
 * Which types there are where: all everywhere, because a type is a name.
 *
 * Source: EC2 API Reference, DescribeInstanceTypeOfferings.
 *
 * @throws InvalidParameterValue, InvalidNextToken
 */
export const describeInstanceTypeOfferings: Operation<
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult
> = {
  action: 'ec2:DescribeInstanceTypeOfferings',
  kind: 'read',
  missing: ['some well-known types are listed, though RunInstances takes every well-formed name'],

  handle(input, ctx) {
    const offerings = instanceTypeNames.flatMap((name) =>
      locationsOf(input, ctx).map(
        (location): InstanceTypeOffering => ({
          InstanceType: name as _InstanceType,
          LocationType: input.LocationType ?? 'region',
          Location: location,
        }),
      ),
    )
    const found = applyFilters(offerings, input.Filters, filters, undefined, errors.unknownFilter)
    const { page, nextToken } = paginate(found, input, {
      min: 5,
      max: 1000,
      idOf: (offering) => `${offering.InstanceType} ${offering.Location}`,
    })
    return { InstanceTypeOfferings: [...page], NextToken: nextToken }
  },
}

function locationsOf(
  { LocationType: type = 'region' }: DescribeInstanceTypeOfferingsRequest,
  { region }: OperationContext,
): readonly string[] {
  switch (type) {
    case 'region':
      return [region]
    case 'availability-zone':
      return zonesOf(region).map(({ zoneName }) => zoneName)
    case 'availability-zone-id':
      return zonesOf(region).map(({ zoneId }) => zoneId)
    case 'outpost':
      return []
    default:
      throw errors.invalidValue(type, 'locationType')
  }
}
