import type { AssociateVpcCidrBlockRequest, AssociateVpcCidrBlockResult } from '@aws-sdk/client-ec2'
import { formatCidr } from '../../net/cidr.ts'
import type { Vpc } from '../../resource/vpc.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { quotas, quotaValue } from '../quota.ts'
import * as errors from './errors.ts'
import { cidrLimitExceeded } from './errors-cidr-block.ts'
import { ipv6Limits } from './ipv6-address.ts'
import { allowIpv6ByDefault } from './network-acl.ts'
import { requireOwned } from './owned.ts'
import {
  describeCidrAssociation,
  describeIpv6Association,
  ipv4AssociationsOf,
  newIpv6Association,
  parseSecondaryCidr,
  refuseOtherIpv6Blocks,
} from './vpc-cidr-block.ts'

/**
 * Gives a VPC one more block: a secondary IPv4 one, or an IPv6 one of ours. The answer says `associating`, the next
 * DescribeVpcs `associated`.
 *
 * Source: EC2 API Reference, AssociateVpcCidrBlock; Amazon VPC User Guide, "VPC CIDR blocks".
 *
 * @throws InvalidVpcID.NotFound, InvalidVpc.Range, CidrLimitExceeded, InvalidParameterValue, InvalidParameterCombination,
 *         MissingParameter, UnsupportedOperation
 */
export const associateVpcCidrBlock: Operation<AssociateVpcCidrBlockRequest, AssociateVpcCidrBlockResult> = {
  action: 'ec2:AssociateVpcCidrBlock',
  kind: 'write',
  missing: [ipv6Limits, 'no IPAM pools and no IPv6 blocks of your own'],

  handle(input, ctx) {
    const vpc = requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'vpcId')
    if (input.Ipv4IpamPoolId || input.Ipv4NetmaskLength !== undefined) throw errors.notSupported('An IPAM pool')
    refuseOtherIpv6Blocks(ctx.region, input)
    if (input.CidrBlock && input.AmazonProvidedIpv6CidrBlock) {
      throw errors.invalidParameterCombination(
        'The parameter amazonProvidedIpv6CidrBlock cannot be used with the parameter cidrBlock',
      )
    }
    if (input.AmazonProvidedIpv6CidrBlock) return associateIpv6(ctx, vpc)
    if (!input.CidrBlock) throw errors.missingParameter('cidrBlock')
    return associateIpv4(ctx, vpc, input.CidrBlock)
  },
}

function associateIpv4(ctx: OperationContext, vpc: Vpc, text: string): AssociateVpcCidrBlockResult {
  const cidr = parseSecondaryCidr(ctx.tx, vpc, text)
  const limit = quotaValue(ctx, quotas.ipv4BlocksPerVpc)
  if (ipv4AssociationsOf(vpc).length >= limit) throw cidrLimitExceeded(vpc.vpcId, limit)
  const association = { associationId: ctx.newId('vpc-cidr-assoc'), cidrBlock: formatCidr(cidr) }
  ctx.tx.put('vpc', { ...vpc, cidrBlockAssociations: [...(vpc.cidrBlockAssociations ?? []), association] })
  return { VpcId: vpc.vpcId, CidrBlockAssociation: describeCidrAssociation(association, 'associating') }
}

function associateIpv6(ctx: OperationContext, vpc: Vpc): AssociateVpcCidrBlockResult {
  const existing = vpc.ipv6CidrBlockAssociations ?? []
  const limit = quotaValue(ctx, quotas.ipv6BlocksPerVpc)
  if (existing.length >= limit) throw cidrLimitExceeded(vpc.vpcId, limit)
  const association = newIpv6Association(ctx)
  ctx.tx.put('vpc', { ...vpc, ipv6CidrBlockAssociations: [...existing, association] })
  if (existing.length === 0) allowIpv6ByDefault(ctx, vpc.vpcId)
  return { VpcId: vpc.vpcId, Ipv6CidrBlockAssociation: describeIpv6Association(vpc, association, 'associating') }
}
