import type { DescribeNetworkInterfacesRequest, DescribeNetworkInterfacesResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters } from './filters.ts'
import { describeNetworkInterface } from './network-interface.ts'
import { networkInterfaceFilters } from './network-interface-filters.ts'
import { selectOwned } from './owned.ts'
import { paginate } from './pagination.ts'

/**
 * Source: EC2 API Reference, DescribeNetworkInterfaces. Requester-managed interfaces (of endpoints and load-balancer nodes)
 * are listed to the owner of their subnet.
 *
 * @throws InvalidNetworkInterfaceID.NotFound, InvalidNetworkInterfaceId.Malformed, InvalidParameterValue
 */
export const describeNetworkInterfaces: Operation<DescribeNetworkInterfacesRequest, DescribeNetworkInterfacesResult> = {
  action: 'ec2:DescribeNetworkInterfaces',
  kind: 'read',

  handle(input, ctx) {
    const interfaces = applyFilters(
      selectOwned(ctx, 'network-interface', input.NetworkInterfaceIds, errors.networkInterfaceId),
      input.Filters,
      networkInterfaceFilters(ctx.tx),
      (eni) => eni.tags,
      errors.unknownFilter,
    )
    const { page, nextToken } = paginate(interfaces, input, {
      min: 5,
      max: 1000,
      idOf: (eni) => eni.networkInterfaceId,
    })
    return { NetworkInterfaces: page.map((eni) => describeNetworkInterface(ctx.tx, eni)), NextToken: nextToken }
  },
}
