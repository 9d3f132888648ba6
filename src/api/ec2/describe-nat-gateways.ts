import type { DescribeNatGatewaysRequest, DescribeNatGatewaysResult } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const kind: AbsentKind = {
  notFound: (id) => new AwsError('NatGatewayNotFound', `NatGateway ${id} was not found`),
  filterNames: ['nat-gateway-id', 'state', 'subnet-id', 'vpc-id'],
}

/**
 * There are no NAT gateways.
 *
 * Source: EC2 API Reference, DescribeNatGateways. The error's text is from memory.
 *
 * @throws NatGatewayNotFound, InvalidParameterValue, InvalidNextToken
 */
export const describeNatGateways: Operation<DescribeNatGatewaysRequest, DescribeNatGatewaysResult> = {
  action: 'ec2:DescribeNatGateways',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.NatGatewayIds, filters: input.Filter, page: input }, kind)
    return { NatGateways: [] }
  },
}
