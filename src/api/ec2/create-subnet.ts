import type { CreateSubnetRequest, CreateSubnetResult } from '@aws-sdk/client-ec2'
import { type Zone, zoneOf, zonesOf, zoneWithId } from '../../resource/geography.ts'
import type { Vpc } from '../../resource/vpc.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { checkQuota, quotas } from '../quota.ts'
import * as errors from './errors.ts'
import { ipv6Limits } from './ipv6-address.ts'
import { requireOwned } from './owned.ts'
import { describeSubnet, parseSubnetCidr, parseSubnetIpv6Cidr, pickZone, putSubnet } from './subnet.ts'
import { tagsFromSpecifications } from './tags.ts'

/**
 * Source: EC2 API Reference, CreateSubnet.
 *
 * @throws InvalidVpcID.NotFound, InvalidSubnet.Range, InvalidSubnet.Conflict, InvalidParameterValue, MissingParameter,
 *         SubnetLimitExceeded, UnsupportedOperation
 */
export const createSubnet: Operation<CreateSubnetRequest, CreateSubnetResult> = {
  action: 'ec2:CreateSubnet',
  kind: 'write',
  missing: [ipv6Limits, 'no subnets without IPv4, no IPAM pools, no Outposts'],

  handle(input, ctx) {
    const vpc = requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'vpcId')
    if (input.Ipv6Native) throw errors.notSupported('A subnet without IPv4')
    if (input.Ipv6IpamPoolId || input.Ipv6NetmaskLength !== undefined) throw errors.notSupported('An IPAM pool')
    if (input.Ipv4IpamPoolId || input.Ipv4NetmaskLength !== undefined) throw errors.notSupported('An IPAM pool')
    if (input.OutpostArn) throw errors.notSupported('An Outpost')
    if (!input.CidrBlock) throw errors.missingCidrBlock()
    checkQuota(ctx, quotas.subnetsPerVpc, ctx.tx.countBy('subnet', 'vpcId', vpc.vpcId))

    const subnet = putSubnet(ctx, vpc, {
      cidr: parseSubnetCidr(ctx.tx, vpc, input.CidrBlock),
      ...(input.Ipv6CidrBlock && { ipv6CidrBlock: parseSubnetIpv6Cidr(ctx.tx, vpc, input.Ipv6CidrBlock) }),
      zone: wantedZone(ctx, vpc, input),
      defaultForAz: false,
      tags: tagsFromSpecifications(input.TagSpecifications, 'subnet'),
    })
    return { Subnet: describeSubnet(ctx.tx, subnet, 'associating') }
  },
}

function wantedZone(
  ctx: OperationContext,
  vpc: Vpc,
  { AvailabilityZone: zoneName, AvailabilityZoneId: zoneId }: CreateSubnetRequest,
): Zone {
  const zones = zonesOf(ctx.region)
  if (zoneName) {
    const zone = zoneOf(ctx.region, zoneName)
    if (!zone || (zoneId && zone.zoneId !== zoneId)) {
      throw errors.invalidSubnetZone(
        zoneName,
        'availabilityZone',
        zones.map((z) => z.zoneName),
      )
    }
    return zone
  }
  const zone = zoneId ? zoneWithId(ctx.region, zoneId) : pickZone(ctx.tx, vpc)
  if (!zone) {
    throw errors.invalidSubnetZone(
      zoneId ?? '',
      'availabilityZoneId',
      zones.map((z) => z.zoneId),
    )
  }
  return zone
}
