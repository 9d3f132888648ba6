import type { DeleteSubnetRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { requireOwned } from './owned.ts'

/**
 * Removes a subnet that holds no interface. One that is being taken down counts until the agent confirmed that it is gone.
 *
 * Source: EC2 API Reference, DeleteSubnet.
 *
 * @throws InvalidSubnetID.NotFound, DependencyViolation
 */
export const deleteSubnet: Operation<DeleteSubnetRequest, object> = {
  action: 'ec2:DeleteSubnet',
  kind: 'write',

  handle(input, ctx) {
    const { subnetId } = requireOwned(ctx, 'subnet', input.SubnetId, errors.subnetId, 'subnetId')
    if (ctx.tx.by('network-interface', 'subnetId', subnetId).length > 0) throw errors.subnetHasDependencies(subnetId)
    ctx.tx.delete('subnet', subnetId)
    return {}
  },
}
