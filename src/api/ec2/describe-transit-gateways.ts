import type { DescribeTransitGatewaysRequest, DescribeTransitGatewaysResult } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const kind: AbsentKind = {
  notFound: (id) =>
    new AwsError('InvalidTransitGatewayID.NotFound', `Transit Gateway ${id} was deleted or does not exist.`),
  filterNames: [
    'options.propagation-default-route-table-id',
    'options.amazon-side-asn',
    'options.association-default-route-table-id',
    'options.auto-accept-shared-attachments',
    'options.default-route-table-association',
    'options.default-route-table-propagation',
    'options.dns-support',
    'options.vpn-ecmp-support',
    'owner-id',
    'state',
    'transit-gateway-id',
  ],
}

/**
 * There are no transit gateways.
 *
 * Source: EC2 API Reference, DescribeTransitGateways. The error's text is from memory.
 *
 * @throws InvalidTransitGatewayID.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const describeTransitGateways: Operation<DescribeTransitGatewaysRequest, DescribeTransitGatewaysResult> = {
  action: 'ec2:DescribeTransitGateways',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.TransitGatewayIds, filters: input.Filters, page: input }, kind)
    return { TransitGateways: [] }
  },
}
