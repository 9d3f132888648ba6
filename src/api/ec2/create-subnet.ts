import type { CreateSubnetRequest, CreateSubnetResult } from '@aws-sdk/client-ec2'
import { type Zone, zoneOf, zonesOf, zoneWithId } from '../../resource/geography.ts'
import type { Vpc } from '../../resource/vpc.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { requireOwned } from './owned.ts'
import { describeSubnet, parseSubnetCidr, pickZone, putSubnet } from './subnet.ts'
import { tagsFromSpecifications } from './tags.ts'

/**
 * Source: EC2 API Reference, CreateSubnet.
 *
 * @throws InvalidVpcID.NotFound, InvalidSubnet.Range, InvalidSubnet.Conflict, InvalidParameterValue, MissingParameter
 */
export const createSubnet: Operation<CreateSubnetRequest, CreateSubnetResult> = {
  action: 'ec2:CreateSubnet',
  kind: 'write',
  missing: ['IPv4 blocks given by the caller only: no IPv6, no IPAM pools, no Outposts'],

  handle(input, ctx) {
    const vpc = requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'vpcId')
    if (input.Ipv6CidrBlock || input.Ipv6Native || input.Ipv6IpamPoolId || input.Ipv6NetmaskLength !== undefined) {
      throw errors.notSupported('An IPv6 CIDR block')
    }
    if (input.Ipv4IpamPoolId || input.Ipv4NetmaskLength !== undefined) throw errors.notSupported('An IPAM pool')
    if (input.OutpostArn) throw errors.notSupported('An Outpost')
    if (!input.CidrBlock) throw errors.missingCidrBlock()

    const subnet = putSubnet(ctx, vpc, {
      cidr: parseSubnetCidr(ctx.tx, vpc, input.CidrBlock),
      zone: wantedZone(ctx, vpc, input),
      defaultForAz: false,
      tags: tagsFromSpecifications(input.TagSpecifications, 'subnet'),
    })
    return { Subnet: describeSubnet(ctx.tx, subnet) }
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
