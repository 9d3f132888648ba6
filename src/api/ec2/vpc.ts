import type { Vpc as WireVpc } from '@aws-sdk/client-ec2'
import { type Cidr, cidrsOverlap, formatCidr, parseCidr } from '../../net/cidr.ts'
import type { Tag } from '../../resource/tag.ts'
import type { Vpc } from '../../resource/vpc.ts'
import { allocateFabricIp } from '../fabric.ts'
import type { OperationContext } from '../operation.ts'
import { defaultDhcpOptions } from './dhcp-options.ts'
import * as errors from './errors.ts'
import { putNetworkAcl } from './network-acl.ts'
import { putRouteTable } from './route-table.ts'
import { putDefaultSecurityGroup } from './security-group.ts'
import { toWireTags } from './tags.ts'

/** The sizes that VPCs and subnets may have. */
const largestPrefixLength = 16
const smallestPrefixLength = 28

/** No VPC can hold these: this host, loopback, link-local (the resolver's second address), multicast, and our fabric. */
const forbiddenCidrs = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3']
  .map(parseCidr)
  .filter((cidr) => cidr !== undefined)

/**
 * The block of a new VPC or subnet. Host bits are cleared, as on AWS: 100.68.0.18/18 means 100.68.0.0/18.
 *
 * @param outOfRange the error for a block of a size that is not allowed
 * @throws InvalidParameterValue when it is no block at all
 */
export function parseCidrBlock(text: string, outOfRange: (cidr: string) => Error): Cidr {
  const cidr = parseCidr(text)
  if (!cidr) throw errors.invalidCidrBlock(text)
  if (cidr.prefixLength < largestPrefixLength || cidr.prefixLength > smallestPrefixLength) throw outOfRange(text)
  return cidr
}

/** @throws InvalidVpc.Range, InvalidParameterValue */
export function parseVpcCidr(text: string): Cidr {
  const cidr = parseCidrBlock(text, errors.invalidVpcRange)
  if (forbiddenCidrs.some((forbidden) => cidrsOverlap(forbidden, cidr))) throw errors.invalidVpcRange(text)
  return cidr
}

export interface NewVpc {
  readonly cidr: Cidr
  readonly isDefault: boolean
  readonly instanceTenancy: Vpc['instanceTenancy']
  readonly tags: readonly Tag[]
}

/** Makes a VPC with what every VPC has: a fabric address, a default security group, a main route table and a default ACL. */
export function putVpc(ctx: OperationContext, { cidr, isDefault, instanceTenancy, tags }: NewVpc): Vpc {
  const vpc: Vpc = {
    vpcId: ctx.newId('vpc'),
    ownerId: ctx.accountId,
    region: ctx.region,
    cidrBlock: formatCidr(cidr),
    isDefault,
    enableDnsSupport: true,
    // Off unless it is the default VPC: CreateVpc, and reference 5.2.
    enableDnsHostnames: isDefault,
    dhcpOptionsId: defaultDhcpOptions(ctx).dhcpOptionsId,
    instanceTenancy,
    fabricIp: allocateFabricIp(ctx.tx),
    tags,
  }
  ctx.tx.put('vpc', vpc)
  putDefaultSecurityGroup(ctx, vpc)
  putRouteTable(ctx, vpc, { isMain: true, tags: [] })
  putNetworkAcl(ctx, vpc, { isDefault: true, tags: [] })
  return vpc
}

/** The id of the VPC's only block: AWS gives it one of its own, ours has the VPC's digits. */
export function cidrAssociationId(vpc: Vpc): string {
  return vpc.vpcId.replace('vpc-', 'vpc-cidr-assoc-')
}

/** A VPC as DescribeVpcs answers it. */
export function describeVpc(vpc: Vpc, state: 'pending' | 'available' = 'available'): WireVpc {
  return {
    VpcId: vpc.vpcId,
    OwnerId: vpc.ownerId,
    State: state,
    CidrBlock: vpc.cidrBlock,
    CidrBlockAssociationSet: [
      { AssociationId: cidrAssociationId(vpc), CidrBlock: vpc.cidrBlock, CidrBlockState: { State: 'associated' } },
    ],
    Ipv6CidrBlockAssociationSet: [],
    DhcpOptionsId: vpc.dhcpOptionsId,
    InstanceTenancy: vpc.instanceTenancy,
    IsDefault: vpc.isDefault,
    BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    Tags: toWireTags(vpc.tags),
  }
}
