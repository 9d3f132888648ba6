import type { AssociateSubnetCidrBlockRequest, AssociateSubnetCidrBlockResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { cidrLimitExceeded } from './errors-cidr-block.ts'
import { ipv6Limits } from './ipv6-address.ts'
import { requireOwned } from './owned.ts'
import { describeSubnetIpv6, parseSubnetIpv6Cidr, withIpv6Block } from './subnet.ts'

/**
 * Gives a subnet its one IPv6 block.
 *
 * Source: EC2 API Reference, AssociateSubnetCidrBlock.
 *
 * @throws InvalidSubnetID.NotFound, InvalidSubnet.Range, InvalidSubnet.Conflict, CidrLimitExceeded, InvalidParameterValue,
 *         MissingParameter, UnsupportedOperation
 */
export const associateSubnetCidrBlock: Operation<AssociateSubnetCidrBlockRequest, AssociateSubnetCidrBlockResult> = {
  action: 'ec2:AssociateSubnetCidrBlock',
  kind: 'write',
  missing: [ipv6Limits, 'no IPAM pools'],

  handle(input, ctx) {
    const subnet = requireOwned(ctx, 'subnet', input.SubnetId, errors.subnetId, 'subnetId')
    if (input.Ipv6IpamPoolId || input.Ipv6NetmaskLength !== undefined) throw errors.notSupported('An IPAM pool')
    if (!input.Ipv6CidrBlock) throw errors.missingParameter('ipv6CidrBlock')
    if (subnet.ipv6CidrBlock) throw cidrLimitExceeded(subnet.subnetId, 1)
    const vpc = requireOwned(ctx, 'vpc', subnet.vpcId, errors.vpcId, 'vpcId')
    const changed = withIpv6Block(ctx, subnet, parseSubnetIpv6Cidr(ctx.tx, vpc, input.Ipv6CidrBlock))
    ctx.tx.put('subnet', changed)
    return { SubnetId: subnet.subnetId, Ipv6CidrBlockAssociation: describeSubnetIpv6(changed, 'associating') }
  },
}
