import type { CreateDefaultVpcRequest, CreateDefaultVpcResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { ensureDefaultVpc } from './default-vpc.ts'
import { defaultVpcExists } from './errors-cidr-block.ts'
import { defaultVpcOf } from './owned.ts'
import { describeVpc } from './vpc.ts'

/**
 * Makes the default VPC again, with a default subnet in every zone, for an account that deleted it.
 *
 * Source: EC2 API Reference, CreateDefaultVpc.
 *
 * @throws DefaultVpcAlreadyExists, VpcLimitExceeded
 */
export const createDefaultVpc: Operation<CreateDefaultVpcRequest, CreateDefaultVpcResult> = {
  action: 'ec2:CreateDefaultVpc',
  kind: 'write',
  missing: ['without an internet gateway: no packet would pass it'],

  handle(_input, ctx) {
    if (defaultVpcOf(ctx)) throw defaultVpcExists()
    return { Vpc: describeVpc(ensureDefaultVpc(ctx), 'pending') }
  },
}
