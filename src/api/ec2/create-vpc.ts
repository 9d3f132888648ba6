import type { CreateVpcRequest, CreateVpcResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { tagsFromSpecifications } from './tags.ts'
import { describeVpc, parseVpcCidr, putVpc } from './vpc.ts'

/**
 * Makes a VPC and its default security group. It costs nothing in any kernel until an interface is placed in it, so it
 * may have the very block that another VPC has, of this account or another.
 *
 * Source: EC2 API Reference, CreateVpc. The answer says `pending`, the next DescribeVpcs `available`, as observed there.
 *
 * @throws InvalidVpc.Range, InvalidParameterValue, MissingParameter
 */
export const createVpc: Operation<CreateVpcRequest, CreateVpcResult> = {
  action: 'ec2:CreateVpc',
  kind: 'write',
  missing: ['IPv4 blocks given by the caller only: no IPv6, no IPAM pools, no encryption controls'],

  handle(input, ctx) {
    if (input.AmazonProvidedIpv6CidrBlock || input.Ipv6CidrBlock || input.Ipv6Pool || input.Ipv6IpamPoolId) {
      throw errors.notSupported('An IPv6 CIDR block')
    }
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
      tags: tagsFromSpecifications(input.TagSpecifications, 'vpc'),
    })
    return { Vpc: describeVpc(vpc, 'pending') }
  },
}
