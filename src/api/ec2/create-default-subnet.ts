import type { CreateDefaultSubnetRequest, CreateDefaultSubnetResult } from '@aws-sdk/client-ec2'
import { type Cidr, cidrsOverlap, parseCidr } from '../../net/cidr.ts'
import { zoneOf, zonesOf, zoneWithId } from '../../resource/geography.ts'
import type { Vpc } from '../../resource/vpc.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { defaultSubnetPrefixLength } from './default-vpc.ts'
import * as errors from './errors.ts'
import { defaultSubnetExists, defaultVpcDoesNotExist, noRoomForDefaultSubnet } from './errors-cidr-block.ts'
import { defaultVpcOf } from './owned.ts'
import { defaultSubnetOf, describeSubnet, putSubnet } from './subnet.ts'

/**
 * Makes the default subnet of a zone again: the first free /20 of the default VPC.
 *
 * Source: EC2 API Reference, CreateDefaultSubnet.
 *
 * @throws DefaultVpcDoesNotExist, DefaultSubnetAlreadyExistsInAvailabilityZone, InvalidParameterValue, MissingParameter,
 *         InsufficientFreeAddressesInVpc
 */
export const createDefaultSubnet: Operation<CreateDefaultSubnetRequest, CreateDefaultSubnetResult> = {
  action: 'ec2:CreateDefaultSubnet',
  kind: 'write',
  missing: ['no subnets without IPv4'],

  handle({ AvailabilityZone: zoneName, AvailabilityZoneId: zoneId, Ipv6Native: isIpv6Native }, ctx) {
    if (isIpv6Native) throw errors.notSupported('A subnet without IPv4')
    if (!zoneName && !zoneId) throw errors.missingParameter('availabilityZone')
    const zone = zoneName ? zoneOf(ctx.region, zoneName) : zoneWithId(ctx.region, zoneId)
    if (!zone) {
      const zones = zonesOf(ctx.region)
      throw zoneName
        ? errors.invalidSubnetZone(
            zoneName,
            'availabilityZone',
            zones.map((z) => z.zoneName),
          )
        : errors.invalidSubnetZone(
            zoneId ?? '',
            'availabilityZoneId',
            zones.map((z) => z.zoneId),
          )
    }
    const vpc = defaultVpcOf(ctx)
    if (!vpc) throw defaultVpcDoesNotExist()
    const existing = defaultSubnetOf(ctx.tx, vpc, zone.zoneName)
    if (existing) throw defaultSubnetExists(existing.subnetId, zone.zoneName)

    const cidr = freeBlock(ctx, vpc)
    if (!cidr) throw noRoomForDefaultSubnet(vpc.vpcId)
    return { Subnet: describeSubnet(ctx.tx, putSubnet(ctx, vpc, { cidr, zone, defaultForAz: true, tags: [] })) }
  },
}

function freeBlock({ tx }: OperationContext, { vpcId, cidrBlock }: Vpc): Cidr | undefined {
  const whole = parseCidr(cidrBlock)
  if (!whole) return undefined
  const taken = tx.by('subnet', 'vpcId', vpcId).flatMap((subnet) => parseCidr(subnet.cidrBlock) ?? [])
  const size = 2 ** (32 - defaultSubnetPrefixLength)
  for (let first = whole.first; first < whole.first + whole.size; first += size) {
    const cidr = { first, size, prefixLength: defaultSubnetPrefixLength }
    if (!taken.some((other) => cidrsOverlap(other, cidr))) return cidr
  }
  return undefined
}
