import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from '../../../test/support/fake-context.ts'
import { throwsAwsError } from '../../../test/support/privatelink.ts'
import type { AnyOperation } from '../served.ts'
import { ec2Operations } from './operations.ts'

// Each: the operation, its list of ids, one that cannot be, the code for it, the list in the answer, one of its filters.
for (const [name, ids, id, code, answer, filter] of [
  ['DescribeAddresses', 'AllocationIds', 'eipalloc-0', 'InvalidAllocationID.NotFound', 'Addresses', 'public-ip'],
  ['DescribeAddresses', 'PublicIps', '192.0.2.1', 'InvalidAddress.NotFound', 'Addresses', 'allocation-id'],
  ['DescribeNatGateways', 'NatGatewayIds', 'nat-0', 'NatGatewayNotFound', 'NatGateways', 'vpc-id'],
  ['DescribeVpnGateways', 'VpnGatewayIds', 'vgw-0', 'InvalidVpnGatewayID.NotFound', 'VpnGateways', 'attachment.vpc-id'],
  ['DescribeVpnConnections', 'VpnConnectionIds', 'vpn-0', 'InvalidVpnConnectionID.NotFound', 'VpnConnections', 'state'],
  [
    'DescribeCustomerGateways',
    'CustomerGatewayIds',
    'cgw-0',
    'InvalidCustomerGatewayID.NotFound',
    'CustomerGateways',
    'state',
  ],
  [
    'DescribeVpcPeeringConnections',
    'VpcPeeringConnectionIds',
    'pcx-0',
    'InvalidVpcPeeringConnectionID.NotFound',
    'VpcPeeringConnections',
    'status-code',
  ],
  [
    'DescribeTransitGateways',
    'TransitGatewayIds',
    'tgw-0',
    'InvalidTransitGatewayID.NotFound',
    'TransitGateways',
    'state',
  ],
  [
    'DescribeTransitGatewayAttachments',
    'TransitGatewayAttachmentIds',
    'tgw-attach-0',
    'InvalidTransitGatewayAttachmentID.NotFound',
    'TransitGatewayAttachments',
    'state',
  ],
  [
    'DescribeTransitGatewayVpcAttachments',
    'TransitGatewayAttachmentIds',
    'tgw-attach-0',
    'InvalidTransitGatewayAttachmentID.NotFound',
    'TransitGatewayVpcAttachments',
    'vpc-id',
  ],
  [
    'DescribeEgressOnlyInternetGateways',
    'EgressOnlyInternetGatewayIds',
    'eigw-0',
    'InvalidGatewayID.NotFound',
    'EgressOnlyInternetGateways',
    'tag-key',
  ],
  [
    'DescribeCarrierGateways',
    'CarrierGatewayIds',
    'cagw-0',
    'InvalidCarrierGatewayID.NotFound',
    'CarrierGateways',
    'vpc-id',
  ],
  [
    'DescribeNetworkInterfacePermissions',
    'NetworkInterfacePermissionIds',
    'eni-perm-0',
    'InvalidPermissionID.NotFound',
    'NetworkInterfacePermissions',
    'network-interface-permission.permission',
  ],
  ['DescribePlacementGroups', 'GroupNames', 'x', 'InvalidPlacementGroup.Unknown', 'PlacementGroups', 'state'],
  [
    'DescribeLaunchTemplates',
    'LaunchTemplateIds',
    'lt-0',
    'InvalidLaunchTemplateId.NotFound',
    'LaunchTemplates',
    'create-time',
  ],
  [
    'DescribeSpotInstanceRequests',
    'SpotInstanceRequestIds',
    'sir-0',
    'InvalidSpotInstanceRequestID.NotFound',
    'SpotInstanceRequests',
    'state',
  ],
  ['DescribeVolumes', 'VolumeIds', 'vol-0', 'InvalidVolume.NotFound', 'Volumes', 'attachment.instance-id'],
  ['DescribeIpv6Pools', 'PoolIds', 'ipv6pool-0', 'InvalidIpv6PoolID.NotFound', 'Ipv6Pools', 'tag-key'],
  [
    'DescribePublicIpv4Pools',
    'PoolIds',
    'ipv4pool-0',
    'InvalidPublicIpv4PoolID.NotFound',
    'PublicIpv4Pools',
    'tag-key',
  ],
] as const) {
  test(`${name} answers an empty list, and ${code} for ${id}`, () => {
    const operation: AnyOperation = ec2Operations[name] as unknown as AnyOperation
    const ask = (input: Readonly<Record<string, unknown>>) => operation.handle(input, aContext())
    assert.deepEqual(ask({}), { [answer]: [] })
    throwsAwsError(() => ask({ [ids]: [id] }), code)
    const member = name === 'DescribeNatGateways' ? 'Filter' : 'Filters'
    assert.deepEqual(ask({ [member]: [{ Name: filter, Values: ['x'] }] }), { [answer]: [] })
    throwsAwsError(() => ask({ [member]: [{ Name: 'colour', Values: ['x'] }] }), 'InvalidParameterValue')
  })
}
