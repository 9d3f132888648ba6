import type { SubnetIpv6CidrBlockAssociation, Subnet as WireSubnet } from '@aws-sdk/client-ec2'
import { type Cidr, cidrContains, cidrsOverlap, formatCidr, parseCidr } from '../../net/cidr.ts'
import { formatIpv6Block, ipv6BlockContains, ipv6BlocksOverlap, parseIpv6Block } from '../../net/ipv6.ts'
import { type Zone, zonesOf } from '../../resource/geography.ts'
import type { PrivateDnsNameOptions, Subnet } from '../../resource/subnet.ts'
import type { Tag } from '../../resource/tag.ts'
import { cidrBlocksOf, type Vpc } from '../../resource/vpc.ts'
import type { View } from '../../state/transaction.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { invalidIpv6Block } from './errors-cidr-block.ts'
import { availableAddressCount } from './network-interface.ts'
import { toWireTags } from './tags.ts'
import { parseCidrBlock } from './vpc-cidr.ts'

export interface NewSubnet {
  readonly cidr: Cidr
  /** See `parseSubnetIpv6Cidr`. */
  readonly ipv6CidrBlock?: string
  readonly zone: Zone
  readonly defaultForAz: boolean
  readonly tags: readonly Tag[]
}

export function putSubnet(ctx: OperationContext, vpc: Vpc, wish: NewSubnet): Subnet {
  const { cidr, ipv6CidrBlock, zone, defaultForAz, tags } = wish
  const plain: Subnet = {
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
  const subnet = ipv6CidrBlock === undefined ? plain : withIpv6Block(ctx, plain, ipv6CidrBlock)
  ctx.tx.put('subnet', subnet)
  return subnet
}

/**
 * The block of a new subnet: within one of the VPC's, and apart from those of its other subnets.
 *
 * @throws InvalidSubnet.Range, InvalidSubnet.Conflict, InvalidParameterValue
 */
export function parseSubnetCidr(tx: View, vpc: Vpc, text: string): Cidr {
  const cidr = parseCidrBlock(text, errors.invalidSubnetRange)
  const isWithin = cidrBlocksOf(vpc).some((block) => {
    const vpcCidr = parseCidr(block)
    return vpcCidr !== undefined && cidrContains(vpcCidr, cidr)
  })
  if (!isWithin) throw errors.invalidSubnetRange(text)
  const isTaken = tx.by('subnet', 'vpcId', vpc.vpcId).some((other) => {
    const otherCidr = parseCidr(other.cidrBlock)
    return otherCidr !== undefined && cidrsOverlap(otherCidr, cidr)
  })
  if (isTaken) throw errors.subnetConflict(text)
  return cidr
}

/**
 * The IPv6 block of a subnet: /44 to /64 in steps of four, within one of the VPC's, and apart from those of its other subnets.
 *
 * @throws InvalidSubnet.Range, InvalidSubnet.Conflict, InvalidParameterValue
 */
export function parseSubnetIpv6Cidr(tx: View, vpc: Vpc, text: string): string {
  const block = parseIpv6Block(text)
  if (!block) throw invalidIpv6Block(text)
  const cidr = formatIpv6Block(block)
  const { prefixLength } = block
  const isWithin = (vpc.ipv6CidrBlockAssociations ?? []).some(({ ipv6CidrBlock }) =>
    ipv6BlockContains(ipv6CidrBlock, cidr),
  )
  if (prefixLength < 44 || prefixLength > 64 || prefixLength % 4 !== 0 || !isWithin) {
    throw errors.invalidSubnetRange(text)
  }
  const isTaken = tx
    .by('subnet', 'vpcId', vpc.vpcId)
    .some((other) => other.ipv6CidrBlock !== undefined && ipv6BlocksOverlap(other.ipv6CidrBlock, cidr))
  if (isTaken) throw errors.subnetConflict(text)
  return cidr
}

/** A subnet with an IPv6 block; the id of the association is new, as on AWS. */
export function withIpv6Block(ctx: OperationContext, subnet: Subnet, ipv6CidrBlock: string): Subnet {
  return { ...subnet, ipv6CidrBlock, ipv6AssociationId: ctx.newId('subnet-cidr-assoc') }
}

type Ipv6State = 'associating' | 'associated' | 'disassociating'

/** The IPv6 block of a subnet as an answer shows it; undefined when it has none. */
export function describeSubnetIpv6(
  { ipv6CidrBlock, ipv6AssociationId }: Subnet,
  state: Ipv6State,
): SubnetIpv6CidrBlockAssociation | undefined {
  if (ipv6CidrBlock === undefined) return undefined
  return {
    AssociationId: ipv6AssociationId,
    Ipv6CidrBlock: ipv6CidrBlock,
    Ipv6CidrBlockState: { State: state },
    Ipv6AddressAttribute: 'public',
    IpSource: 'amazon',
  }
}

/** What a subnet has whose options were never changed. */
export const plainDnsNameOptions: PrivateDnsNameOptions = {
  hostnameType: 'ip-name',
  enableResourceNameDnsARecord: false,
  enableResourceNameDnsAAAARecord: false,
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

/**
 * A subnet as DescribeSubnets answers it.
 *
 * @param ipv6State what the answer that gave it its IPv6 block says
 */
export function describeSubnet(tx: View, subnet: Subnet, ipv6State: Ipv6State = 'associated'): WireSubnet {
  const ipv6 = describeSubnetIpv6(subnet, ipv6State)
  const names = subnet.privateDnsNameOptionsOnLaunch ?? plainDnsNameOptions
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
    AssignIpv6AddressOnCreation: subnet.assignIpv6AddressOnCreation ?? false,
    Ipv6CidrBlockAssociationSet: ipv6 ? [ipv6] : [],
    Ipv6Native: false,
    EnableDns64: subnet.enableDns64 ?? false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: names.hostnameType,
      EnableResourceNameDnsARecord: names.enableResourceNameDnsARecord,
      EnableResourceNameDnsAAAARecord: names.enableResourceNameDnsAAAARecord,
    },
    BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    Tags: toWireTags(subnet.tags),
  }
}
