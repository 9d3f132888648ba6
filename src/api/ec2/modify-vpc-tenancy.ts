import type { ModifyVpcTenancyRequest, ModifyVpcTenancyResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { requireOwned } from './owned.ts'

/**
 * Source: EC2 API Reference, ModifyVpcTenancy: only towards `default`.
 *
 * @throws InvalidVpcID.NotFound, InvalidParameterValue, MissingParameter
 */
export const modifyVpcTenancy: Operation<ModifyVpcTenancyRequest, ModifyVpcTenancyResult> = {
  action: 'ec2:ModifyVpcTenancy',
  kind: 'write',

  handle(input, ctx) {
    const vpc = requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'vpcId')
    if (input.InstanceTenancy === undefined) throw errors.missingParameter('instanceTenancy')
    if (input.InstanceTenancy !== 'default') throw errors.invalidValue(input.InstanceTenancy, 'instanceTenancy')
    ctx.tx.put('vpc', { ...vpc, instanceTenancy: 'default' })
    return { ReturnValue: true }
  },
}
