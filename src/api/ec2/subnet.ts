import type { Subnet as WireSubnet } from '@aws-sdk/client-ec2'
import { type Cidr, cidrContains, cidrsOverlap, formatCidr, parseCidr } from '../../net/cidr.ts'
import { type Zone, zonesOf } from '../../resource/geography.ts'
import type { Subnet } from '../../resource/subnet.ts'
import type { Tag } from '../../resource/tag.ts'
import type { Vpc } from '../../resource/vpc.ts'
import type { View } from '../../state/transaction.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { availableAddressCount } from './network-interface.ts'
import { toWireTags } from './tags.ts'
import { parseCidrBlock } from './vpc.ts'

export interface NewSubnet {
  readonly cidr: Cidr
  readonly zone: Zone
  readonly defaultForAz: boolean
  readonly tags: readonly Tag[]
}

export function putSubnet(ctx: OperationContext, vpc: Vpc, { cidr, zone, defaultForAz, tags }: NewSubnet): Subnet {
  const subnet: Subnet = {
    subnetId: ctx.newId('subnet'),
    vpcId: vpc.vpcId,
    ownerId: vpc.ownerId,
    region: vpc.region,
    cidrBlock: formatCidr(cidr),
    availabilityZone: zone.zoneName,
    availabilityZoneId: zone.zoneId,
    defaultForAz,
    // True in AWS's default subnets; there are no public addresses to map here.
    mapPublicIpOnLaunch: false,
    tags,
  }
  ctx.tx.put('subnet', subnet)
  return subnet
}

/**
 * The block of a new subnet: within the VPC's, and apart from those of its other subnets.
 *
 * @throws InvalidSubnet.Range, InvalidSubnet.Conflict, InvalidParameterValue
 */
export function parseSubnetCidr(tx: View, vpc: Vpc, text: string): Cidr {
  const cidr = parseCidrBlock(text, errors.invalidSubnetRange)
  const vpcCidr = parseCidr(vpc.cidrBlock)
  if (!vpcCidr || !cidrContains(vpcCidr, cidr)) throw errors.invalidSubnetRange(text)
  const isTaken = tx.by('subnet', 'vpcId', vpc.vpcId).some((other) => {
    const otherCidr = parseCidr(other.cidrBlock)
    return otherCidr !== undefined && cidrsOverlap(otherCidr, cidr)
  })
  if (isTaken) throw errors.subnetConflict(text)
  return cidr
}

/** The zone of a subnet for which none was asked: the first of those where the VPC has the fewest. */
export function pickZone(tx: View, vpc: Vpc): Zone | undefined {
  const subnets = tx.by('subnet', 'vpcId', vpc.vpcId)
  const countIn = (zone: Zone) => subnets.filter((subnet) => subnet.availabilityZone === zone.zoneName).length
  return zonesOf(vpc.region).toSorted((a, b) => countIn(a) - countIn(b))[0]
}

/** The subnet that an instance goes to when none is named: the default one, of a zone if that is named. */
export function defaultSubnetOf(tx: View, vpc: Vpc, zoneName?: string): Subnet | undefined {
  return tx
    .by('subnet', 'vpcId', vpc.vpcId)
    .find((subnet) => subnet.defaultForAz && (zoneName === undefined || subnet.availabilityZone === zoneName))
}

export function subnetArn(subnet: Subnet): string {
  return `arn:aws:ec2:${subnet.region}:${subnet.ownerId}:subnet/${subnet.subnetId}`
}

/** A subnet as DescribeSubnets answers it. */
export function describeSubnet(tx: View, subnet: Subnet): WireSubnet {
  return {
    SubnetId: subnet.subnetId,
    SubnetArn: subnetArn(subnet),
    VpcId: subnet.vpcId,
    OwnerId: subnet.ownerId,
    State: 'available',
    CidrBlock: subnet.cidrBlock,
    AvailableIpAddressCount: availableAddressCount(tx, subnet),
    AvailabilityZone: subnet.availabilityZone,
    AvailabilityZoneId: subnet.availabilityZoneId,
    DefaultForAz: subnet.defaultForAz,
    MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
    MapCustomerOwnedIpOnLaunch: false,
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    Ipv6Native: false,
    EnableDns64: false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    Tags: toWireTags(subnet.tags),
  }
}
