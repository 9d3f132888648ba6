import type { DescribeSubnetsRequest, DescribeSubnetsResult } from '@aws-sdk/client-ec2'
import type { Subnet } from '../../resource/subnet.ts'
import type { View } from '../../state/transaction.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { availableAddressCount } from './network-interface.ts'
import { selectOwned } from './owned.ts'
import { paginate } from './pagination.ts'
import { describeSubnet, plainDnsNameOptions, subnetArn } from './subnet.ts'

const none = () => undefined
const off = () => 'false'
const namesOf = (subnet: Subnet) => subnet.privateDnsNameOptionsOnLaunch ?? plainDnsNameOptions

const filters = (tx: View): FilterTable<Subnet> => ({
  'availability-zone': (subnet) => subnet.availabilityZone,
  availabilityZone: (subnet) => subnet.availabilityZone,
  'availability-zone-id': (subnet) => subnet.availabilityZoneId,
  availabilityZoneId: (subnet) => subnet.availabilityZoneId,
  'available-ip-address-count': (subnet) => String(availableAddressCount(tx, subnet)),
  'cidr-block': (subnet) => subnet.cidrBlock,
  cidr: (subnet) => subnet.cidrBlock,
  cidrBlock: (subnet) => subnet.cidrBlock,
  'customer-owned-ipv4-pool': none,
  'default-for-az': (subnet) => String(subnet.defaultForAz),
  defaultForAz: (subnet) => String(subnet.defaultForAz),
  'enable-dns64': (subnet) => String(subnet.enableDns64 ?? false),
  'enable-lni-at-device-index': none,
  'ipv6-cidr-block-association.ipv6-cidr-block': (subnet) => subnet.ipv6CidrBlock,
  'ipv6-cidr-block-association.association-id': (subnet) => subnet.ipv6AssociationId,
  'ipv6-cidr-block-association.state': (subnet) => subnet.ipv6CidrBlock && 'associated',
  'ipv6-native': off,
  'map-customer-owned-ip-on-launch': off,
  'map-public-ip-on-launch': (subnet) => String(subnet.mapPublicIpOnLaunch),
  'outpost-arn': none,
  'owner-id': (subnet) => subnet.ownerId,
  'private-dns-name-options-on-launch.hostname-type': (subnet) => namesOf(subnet).hostnameType,
  'private-dns-name-options-on-launch.enable-resource-name-dns-a-record': (subnet) =>
    String(namesOf(subnet).enableResourceNameDnsARecord),
  'private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record': (subnet) =>
    String(namesOf(subnet).enableResourceNameDnsAAAARecord),
  state: () => 'available',
  'subnet-arn': subnetArn,
  'subnet-id': (subnet) => subnet.subnetId,
  'vpc-id': (subnet) => subnet.vpcId,
})

/**
 * Source: EC2 API Reference, DescribeSubnets.
 *
 * @throws InvalidSubnetID.NotFound, InvalidSubnetID.Malformed, InvalidParameterValue, InvalidNextToken
 */
export const describeSubnets: Operation<DescribeSubnetsRequest, DescribeSubnetsResult> = {
  action: 'ec2:DescribeSubnets',
  kind: 'read',

  handle(input, ctx) {
    const subnets = applyFilters(
      selectOwned(ctx, 'subnet', input.SubnetIds, errors.subnetId),
      input.Filters,
      filters(ctx.tx),
      (subnet) => subnet.tags,
      errors.unknownFilter,
    )
    const { page, nextToken } = paginate(subnets, input, { min: 5, max: 1000, idOf: (subnet) => subnet.subnetId })
    return { Subnets: page.map((subnet) => describeSubnet(ctx.tx, subnet)), NextToken: nextToken }
  },
}
