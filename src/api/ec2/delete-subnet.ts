import type { DeleteSubnetRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { deleteFlowLogsOf } from './flow-log.ts'
import { requireOwned } from './owned.ts'

/**
 * Removes a subnet that holds no interface. One that is being taken down counts until the agent confirmed that it is gone.
 * Its associations with a route table and a network ACL go with it.
 *
 * Source: EC2 API Reference, DeleteSubnet.
 *
 * @throws InvalidSubnetID.NotFound, DependencyViolation
 */
export const deleteSubnet: Operation<DeleteSubnetRequest, object> = {
  action: 'ec2:DeleteSubnet',
  kind: 'write',

  handle(input, ctx) {
    const { subnetId, vpcId } = requireOwned(ctx, 'subnet', input.SubnetId, errors.subnetId, 'subnetId')
    if (ctx.tx.by('network-interface', 'subnetId', subnetId).length > 0) throw errors.subnetHasDependencies(subnetId)
    const isOther = (association: { readonly subnetId?: string }) => association.subnetId !== subnetId
    for (const table of ctx.tx.by('route-table', 'vpcId', vpcId)) {
      const associations = table.associations.filter(isOther)
      if (associations.length < table.associations.length) ctx.tx.put('route-table', { ...table, associations })
    }
    for (const acl of ctx.tx.by('network-acl', 'vpcId', vpcId)) {
      const associations = acl.associations.filter(isOther)
      if (associations.length < acl.associations.length) ctx.tx.put('network-acl', { ...acl, associations })
    }
    deleteFlowLogsOf(ctx.tx, subnetId)
    ctx.tx.delete('subnet', subnetId)
    return {}
  },
}
