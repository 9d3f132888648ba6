import type { DescribeVpnConnectionsRequest, DescribeVpnConnectionsResult } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const kind: AbsentKind = {
  notFound: (id) => new AwsError('InvalidVpnConnectionID.NotFound', `The vpnConnection ID '${id}' does not exist`),
  filterNames: [
    'customer-gateway-configuration',
    'customer-gateway-id',
    'state',
    'option.static-routes-only',
    'route.destination-cidr-block',
    'bgp-asn',
    'type',
    'vpn-connection-id',
    'vpn-gateway-id',
    'transit-gateway-id',
  ],
}

/**
 * There are no VPN connections.
 *
 * Source: EC2 API Reference, DescribeVpnConnections. The error's text is from memory.
 *
 * @throws InvalidVpnConnectionID.NotFound, InvalidParameterValue
 */
export const describeVpnConnections: Operation<DescribeVpnConnectionsRequest, DescribeVpnConnectionsResult> = {
  action: 'ec2:DescribeVpnConnections',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.VpnConnectionIds, filters: input.Filters }, kind)
    return { VpnConnections: [] }
  },
}
