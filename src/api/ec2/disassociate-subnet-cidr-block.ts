import type { DisassociateSubnetCidrBlockRequest, DisassociateSubnetCidrBlockResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { subnetAssociationNotFound, subnetCidrInUse } from './errors-cidr-block.ts'
import { allOwned } from './owned.ts'
import { describeSubnetIpv6 } from './subnet.ts'

/**
 * Takes the IPv6 block from a subnet in which no interface has an address of it any more. New interfaces then get none.
 *
 * Source: EC2 API Reference, DisassociateSubnetCidrBlock.
 *
 * @throws InvalidSubnetCidrBlockAssociationID.NotFound, InvalidCidrBlock.InUse, MissingParameter
 */
export const disassociateSubnetCidrBlock: Operation<
  DisassociateSubnetCidrBlockRequest,
  DisassociateSubnetCidrBlockResult
> = {
  action: 'ec2:DisassociateSubnetCidrBlock',
  kind: 'write',

  handle({ AssociationId: id }, ctx) {
    if (!id) throw errors.missingParameter('associationId')
    const subnet = allOwned(ctx, 'subnet').find(({ ipv6AssociationId }) => ipv6AssociationId === id)
    if (!subnet) throw subnetAssociationNotFound(id)
    const isUsed = ctx.tx
      .by('network-interface', 'subnetId', subnet.subnetId)
      .some(({ ipv6Addresses = [] }) => ipv6Addresses.length > 0)
    const { ipv6CidrBlock = '', ipv6AssociationId: _, ...without } = subnet
    if (isUsed) throw subnetCidrInUse(ipv6CidrBlock)
    ctx.tx.put('subnet', { ...without, assignIpv6AddressOnCreation: false })
    return { SubnetId: subnet.subnetId, Ipv6CidrBlockAssociation: describeSubnetIpv6(subnet, 'disassociating') }
  },
}
