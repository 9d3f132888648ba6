import type { DescribeVpnGatewaysRequest, DescribeVpnGatewaysResult } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const kind: AbsentKind = {
  notFound: (id) => new AwsError('InvalidVpnGatewayID.NotFound', `The vpnGateway ID '${id}' does not exist`),
  filterNames: [
    'amazon-side-asn',
    'attachment.state',
    'attachment.vpc-id',
    'availability-zone',
    'state',
    'type',
    'vpn-gateway-id',
  ],
}

/**
 * There are no virtual private gateways.
 *
 * Source: EC2 API Reference, DescribeVpnGateways. The error's text is from memory.
 *
 * @throws InvalidVpnGatewayID.NotFound, InvalidParameterValue
 */
export const describeVpnGateways: Operation<DescribeVpnGatewaysRequest, DescribeVpnGatewaysResult> = {
  action: 'ec2:DescribeVpnGateways',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.VpnGatewayIds, filters: input.Filters }, kind)
    return { VpnGateways: [] }
  },
}
