import type { DisassociateVpcCidrBlockRequest, DisassociateVpcCidrBlockResult } from '@aws-sdk/client-ec2'
import { cidrsOverlap, parseCidr } from '../../net/cidr.ts'
import { ipv6BlocksOverlap } from '../../net/ipv6.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { primaryBlockStays, vpcAssociationNotFound, vpcCidrInUse } from './errors-cidr-block.ts'
import { allOwned } from './owned.ts'
import { describeCidrAssociation, describeIpv6Association, primaryAssociationId } from './vpc-cidr-block.ts'

/**
 * Takes a block from a VPC in which no subnet lies any more. The primary one stays.
 *
 * Source: EC2 API Reference, DisassociateVpcCidrBlock.
 *
 * @throws InvalidVpcCidrBlockAssociationID.NotFound, InvalidCidrBlock.InUse, OperationNotPermitted, MissingParameter
 */
export const disassociateVpcCidrBlock: Operation<DisassociateVpcCidrBlockRequest, DisassociateVpcCidrBlockResult> = {
  action: 'ec2:DisassociateVpcCidrBlock',
  kind: 'write',

  handle({ AssociationId: id }, ctx) {
    if (!id) throw errors.missingParameter('associationId')
    for (const vpc of allOwned(ctx, 'vpc')) {
      if (primaryAssociationId(vpc) === id) throw primaryBlockStays(id)
      const subnets = ctx.tx.by('subnet', 'vpcId', vpc.vpcId)

      const ipv4 = vpc.cidrBlockAssociations?.find(({ associationId }) => associationId === id)
      if (ipv4) {
        const isUsed = subnets.some(({ cidrBlock }) => overlap(cidrBlock, ipv4.cidrBlock))
        if (isUsed) throw vpcCidrInUse(ipv4.cidrBlock)
        const left = vpc.cidrBlockAssociations?.filter((other) => other !== ipv4) ?? []
        ctx.tx.put('vpc', { ...vpc, cidrBlockAssociations: left })
        return { VpcId: vpc.vpcId, CidrBlockAssociation: describeCidrAssociation(ipv4, 'disassociating') }
      }

      const ipv6 = vpc.ipv6CidrBlockAssociations?.find(({ associationId }) => associationId === id)
      if (ipv6) {
        const isUsed = subnets.some((s) => s.ipv6CidrBlock && ipv6BlocksOverlap(s.ipv6CidrBlock, ipv6.ipv6CidrBlock))
        if (isUsed) throw vpcCidrInUse(ipv6.ipv6CidrBlock)
        const left = vpc.ipv6CidrBlockAssociations?.filter((other) => other !== ipv6) ?? []
        ctx.tx.put('vpc', { ...vpc, ipv6CidrBlockAssociations: left })
        return { VpcId: vpc.vpcId, Ipv6CidrBlockAssociation: describeIpv6Association(vpc, ipv6, 'disassociating') }
      }
    }
    throw vpcAssociationNotFound(id)
  },
}

function overlap(one: string, other: string): boolean {
  const a = parseCidr(one)
  const b = parseCidr(other)
  return a !== undefined && b !== undefined && cidrsOverlap(a, b)
}
