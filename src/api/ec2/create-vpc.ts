import type { CreateVpcRequest, CreateVpcResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { ipv6Limits } from './ipv6-address.ts'
import { tagsFromSpecifications } from './tags.ts'
import { describeVpc, putVpc } from './vpc.ts'
import { parseVpcCidr } from './vpc-cidr.ts'
import { refuseOtherIpv6Blocks } from './vpc-cidr-block.ts'

/**
 * Makes a VPC and its default security group. It costs nothing in any kernel until an interface is placed in it, so it
 * may have the very block that another VPC has, of this account or another.
 *
 * Source: EC2 API Reference, CreateVpc. The answer says `pending`, the next DescribeVpcs `available`, as observed there.
 *
 * @throws InvalidVpc.Range, InvalidParameterValue, MissingParameter, VpcLimitExceeded
 */
export const createVpc: Operation<CreateVpcRequest, CreateVpcResult> = {
  action: 'ec2:CreateVpc',
  kind: 'write',
  missing: [
    ipv6Limits,
    'no IPAM pools, no IPv6 blocks of your own, no encryption controls',
    'IPv6 blocks come from fdec:2000::/28, unique local addresses, in place of the global ones of AWS',
  ],

  handle(input, ctx) {
    refuseOtherIpv6Blocks(ctx.region, input)
    if (input.Ipv4IpamPoolId || input.Ipv4NetmaskLength !== undefined) throw errors.notSupported('An IPAM pool')
    if (input.VpcEncryptionControl) throw errors.notSupported('VPC encryption control')
    if (!input.CidrBlock) throw errors.missingCidrBlock()
    const instanceTenancy = input.InstanceTenancy ?? 'default'
    if (instanceTenancy !== 'default' && instanceTenancy !== 'dedicated') {
      throw errors.invalidValue(instanceTenancy, 'instanceTenancy')
    }

    const vpc = putVpc(ctx, {
      cidr: parseVpcCidr(input.CidrBlock),
      isDefault: false,
      instanceTenancy,
      hasIpv6: input.AmazonProvidedIpv6CidrBlock ?? false,
      tags: tagsFromSpecifications(input.TagSpecifications, 'vpc'),
    })
    return { Vpc: describeVpc(vpc, 'pending') }
  },
}
