/**
 * The blocks of a VPC beside its primary one: secondary IPv4 blocks and IPv6 blocks.
 *
 * AWS is strict about which private ranges may meet in one VPC; the table below is the one of the Amazon VPC User Guide,
 * "IPv4 CIDR block association restrictions", and the only place where it is written.
 */
import type {
  VpcCidrBlockAssociation as WireAssociation,
  VpcIpv6CidrBlockAssociation as WireIpv6Association,
} from '@aws-sdk/client-ec2'
import { type Cidr, cidrContains, cidrsOverlap, parseCidr } from '../../net/cidr.ts'
import { ipv4ToInt } from '../../net/ip.ts'
import { firstFabricAddress } from '../../resource/fabric.ts'
import { ipv6BlockNumber } from '../../resource/ipv6-pool.ts'
import {
  cidrBlocksOf,
  type Vpc,
  type VpcCidrBlockAssociation,
  type VpcIpv6CidrBlockAssociation,
} from '../../resource/vpc.ts'
import type { View } from '../../state/transaction.ts'
import { allocateFabricIp } from '../fabric.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import * as blockErrors from './errors-cidr-block.ts'
import { parseVpcCidr } from './vpc-cidr.ts'

const block = (text: string): Cidr => {
  const cidr = parseCidr(text)
  if (!cidr) throw new RangeError(text)
  return cidr
}

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(block)
const benchmarkRange = block('198.19.0.0/16')
const defaultVpcRange = block('172.31.0.0/16')
const ranges: readonly Cidr[] = [...privateRanges, benchmarkRange]

/** Which of the ranges a block lies in; undefined for publicly routable blocks and 100.64.0.0/10. */
const rangeOf = (cidr: Cidr): Cidr | undefined => ranges.find((range) => cidrContains(range, cidr))

/** Whether AWS lets a block join a VPC whose primary block lies where it does. */
function isRestricted(primary: Cidr, added: Cidr): boolean {
  const home = rangeOf(primary)
  const range = rangeOf(added)
  if (range === undefined) return false
  return range !== home || (cidrsOverlap(defaultVpcRange, added) && !cidrsOverlap(defaultVpcRange, primary))
}

/**
 * The block that is to join a VPC.
 *
 * @throws InvalidVpc.Range, InvalidParameterValue
 */
export function parseSecondaryCidr(tx: View, vpc: Vpc, text: string): Cidr {
  const added = parseVpcCidr(text)
  if (cidrBlocksOf(vpc).some((existing) => cidrsOverlap(block(existing), added)))
    throw blockErrors.vpcCidrConflict(text)
  if (isRestricted(block(vpc.cidrBlock), added)) throw blockErrors.vpcCidrRestricted(text)
  const leadsElsewhere = tx.by('route-table', 'vpcId', vpc.vpcId).some((table) =>
    table.routes.some((route) => {
      const destination = parseCidr(route.destinationCidrBlock ?? '')
      return destination !== undefined && cidrContains(added, destination)
    }),
  )
  if (leadsElsewhere) throw blockErrors.vpcCidrHasRoute(text)
  return added
}

/** A /56 that no VPC ever had: numbered by the same cursor as fabric addresses, which only goes up. */
export function newIpv6Association(ctx: OperationContext): VpcIpv6CidrBlockAssociation {
  const index = ipv4ToInt(allocateFabricIp(ctx.tx)) - firstFabricAddress
  return { associationId: ctx.newId('vpc-cidr-assoc'), ipv6CidrBlock: ipv6BlockNumber(index) }
}

/**
 * What of an IPv6 request is served: a block of ours, in the Region's one border group.
 *
 * @throws UnsupportedOperation, InvalidParameterValue
 */
export function refuseOtherIpv6Blocks(
  region: string,
  input: {
    readonly Ipv6CidrBlock?: string | undefined
    readonly Ipv6Pool?: string | undefined
    readonly Ipv6IpamPoolId?: string | undefined
    readonly Ipv6NetmaskLength?: number | undefined
    readonly Ipv6CidrBlockNetworkBorderGroup?: string | undefined
  },
): void {
  if (input.Ipv6IpamPoolId || input.Ipv6NetmaskLength !== undefined) throw errors.notSupported('An IPAM pool')
  if (input.Ipv6CidrBlock || input.Ipv6Pool) throw errors.notSupported('An IPv6 CIDR block of your own')
  const group = input.Ipv6CidrBlockNetworkBorderGroup
  if (group !== undefined && group !== region) throw errors.invalidValue(group, 'ipv6CidrBlockNetworkBorderGroup')
}

type State = 'associating' | 'associated' | 'disassociating'

/** The id of a VPC's primary block: AWS gives it one of its own, ours has the VPC's digits. */
export function primaryAssociationId(vpc: Vpc): string {
  return vpc.vpcId.replace('vpc-', 'vpc-cidr-assoc-')
}

export function ipv4AssociationsOf(vpc: Vpc): readonly VpcCidrBlockAssociation[] {
  const primary = { associationId: primaryAssociationId(vpc), cidrBlock: vpc.cidrBlock }
  return [primary, ...(vpc.cidrBlockAssociations ?? [])]
}

export function describeCidrAssociation(
  { associationId, cidrBlock }: VpcCidrBlockAssociation,
  state: State = 'associated',
): WireAssociation {
  return { AssociationId: associationId, CidrBlock: cidrBlock, CidrBlockState: { State: state } }
}

export function describeIpv6Association(
  vpc: Vpc,
  { associationId, ipv6CidrBlock }: VpcIpv6CidrBlockAssociation,
  state: State = 'associated',
): WireIpv6Association {
  return {
    AssociationId: associationId,
    Ipv6CidrBlock: ipv6CidrBlock,
    Ipv6CidrBlockState: { State: state },
    NetworkBorderGroup: vpc.region,
    Ipv6Pool: 'Amazon',
    Ipv6AddressAttribute: 'public',
    IpSource: 'amazon',
  }
}
