import type { Vpc as WireVpc } from '@aws-sdk/client-ec2'
import { type Cidr, formatCidr } from '../../net/cidr.ts'
import type { Tag } from '../../resource/tag.ts'
import type { Vpc } from '../../resource/vpc.ts'
import { allocateFabricIp } from '../fabric.ts'
import type { OperationContext } from '../operation.ts'
import { quotas } from '../quota.ts'
import { defaultDhcpOptions } from './dhcp-options.ts'
import { allowIpv6ByDefault, putNetworkAcl } from './network-acl.ts'
import { checkRegionQuota } from './owned.ts'
import { putRouteTable } from './route-table.ts'
import { putDefaultSecurityGroup } from './security-group.ts'
import { toWireTags } from './tags.ts'
import {
  describeCidrAssociation,
  describeIpv6Association,
  ipv4AssociationsOf,
  newIpv6Association,
} from './vpc-cidr-block.ts'

export interface NewVpc {
  readonly cidr: Cidr
  readonly isDefault: boolean
  readonly instanceTenancy: Vpc['instanceTenancy']
  /** Whether it gets an IPv6 block. Default: no. */
  readonly hasIpv6?: boolean
  readonly tags: readonly Tag[]
}

/** Makes a VPC with what every VPC has: a fabric address, a default security group, a main route table and a default ACL. */
export function putVpc(ctx: OperationContext, { cidr, isDefault, instanceTenancy, hasIpv6, tags }: NewVpc): Vpc {
  checkRegionQuota(ctx, 'vpc', quotas.vpcsPerRegion)
  const vpc: Vpc = {
    vpcId: ctx.newId('vpc'),
    ownerId: ctx.accountId,
    region: ctx.region,
    cidrBlock: formatCidr(cidr),
    ...(hasIpv6 && { ipv6CidrBlockAssociations: [newIpv6Association(ctx)] }),
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
  if (hasIpv6) allowIpv6ByDefault(ctx, vpc.vpcId)
  return vpc
}

/** A VPC as DescribeVpcs answers it. */
export function describeVpc(vpc: Vpc, state: 'pending' | 'available' = 'available'): WireVpc {
  return {
    VpcId: vpc.vpcId,
    OwnerId: vpc.ownerId,
    State: state,
    CidrBlock: vpc.cidrBlock,
    CidrBlockAssociationSet: ipv4AssociationsOf(vpc).map((association) => describeCidrAssociation(association)),
    Ipv6CidrBlockAssociationSet: (vpc.ipv6CidrBlockAssociations ?? []).map((association) =>
      describeIpv6Association(vpc, association, state === 'pending' ? 'associating' : 'associated'),
    ),
    DhcpOptionsId: vpc.dhcpOptionsId,
    InstanceTenancy: vpc.instanceTenancy,
    IsDefault: vpc.isDefault,
    BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    Tags: toWireTags(vpc.tags),
  }
}
