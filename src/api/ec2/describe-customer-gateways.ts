import type { DescribeCustomerGatewaysRequest, DescribeCustomerGatewaysResult } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const kind: AbsentKind = {
  notFound: (id) => new AwsError('InvalidCustomerGatewayID.NotFound', `The customerGateway ID '${id}' does not exist`),
  filterNames: ['bgp-asn', 'customer-gateway-id', 'ip-address', 'state', 'type'],
}

/**
 * There are no customer gateways.
 *
 * Source: EC2 API Reference, DescribeCustomerGateways. The error's text is from memory.
 *
 * @throws InvalidCustomerGatewayID.NotFound, InvalidParameterValue
 */
export const describeCustomerGateways: Operation<DescribeCustomerGatewaysRequest, DescribeCustomerGatewaysResult> = {
  action: 'ec2:DescribeCustomerGateways',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.CustomerGatewayIds, filters: input.Filters }, kind)
    return { CustomerGateways: [] }
  },
}
