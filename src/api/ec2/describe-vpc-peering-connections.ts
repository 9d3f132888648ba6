import type { DescribeVpcPeeringConnectionsRequest, DescribeVpcPeeringConnectionsResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'
import { peeringNotFound } from './errors-network.ts'

const kind: AbsentKind = {
  notFound: peeringNotFound,
  filterNames: [
    'accepter-vpc-info.cidr-block',
    'accepter-vpc-info.owner-id',
    'accepter-vpc-info.vpc-id',
    'expiration-time',
    'requester-vpc-info.cidr-block',
    'requester-vpc-info.owner-id',
    'requester-vpc-info.vpc-id',
    'status-code',
    'status-message',
    'vpc-peering-connection-id',
  ],
}

/**
 * There are no VPC peering connections.
 *
 * Source: EC2 API Reference, DescribeVpcPeeringConnections. The error's text is from memory.
 *
 * @throws InvalidVpcPeeringConnectionID.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const describeVpcPeeringConnections: Operation<
  DescribeVpcPeeringConnectionsRequest,
  DescribeVpcPeeringConnectionsResult
> = {
  action: 'ec2:DescribeVpcPeeringConnections',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.VpcPeeringConnectionIds, filters: input.Filters, page: input }, kind)
    return { VpcPeeringConnections: [] }
  },
}
