import type { DescribeSpotInstanceRequestsRequest, DescribeSpotInstanceRequestsResult } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const kind: AbsentKind = {
  notFound: (id) =>
    new AwsError('InvalidSpotInstanceRequestID.NotFound', `The spot instance request ID '${id}' does not exist`),
  filterNames: [
    'availability-zone-group',
    'create-time',
    'fault-code',
    'fault-message',
    'instance-id',
    'launch-group',
    'launch.group-id',
    'launch.group-name',
    'launch.image-id',
    'launch.instance-type',
    'launch.key-name',
    'launch.network-interface.subnet-id',
    'launched-availability-zone',
    'network-interface.group-id',
    'network-interface.network-interface-id',
    'network-interface.subnet-id',
    'product-description',
    'spot-instance-request-id',
    'spot-price',
    'state',
    'status-code',
    'status-message',
    'type',
    'valid-from',
    'valid-until',
  ],
}

/**
 * There are no Spot requests.
 *
 * Source: EC2 API Reference, DescribeSpotInstanceRequests. The error's text is from memory.
 *
 * @throws InvalidSpotInstanceRequestID.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const describeSpotInstanceRequests: Operation<
  DescribeSpotInstanceRequestsRequest,
  DescribeSpotInstanceRequestsResult
> = {
  action: 'ec2:DescribeSpotInstanceRequests',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.SpotInstanceRequestIds, filters: input.Filters, page: input }, kind)
    return { SpotInstanceRequests: [] }
  },
}
