import type { DeleteVpcRequest } from '@aws-sdk/client-ec2'
import { isMainRouteTable } from '../../resource/route-table.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { deleteFlowLogsOf } from './flow-log.ts'
import { allOwned, requireOwned } from './owned.ts'
import { defaultGroupName, deleteGroupWithRules } from './security-group.ts'

/**
 * Removes a VPC with its default security group, main route table and default ACL. Everything else in it has to go first:
 * subnets, interfaces, endpoints, an attached gateway, other groups, tables and ACLs. An interface that is being taken down counts until the agent has confirmed that it is gone.
 *
 * Source: EC2 API Reference, DeleteVpc.
 *
 * @throws InvalidVpcID.NotFound, DependencyViolation
 */
export const deleteVpc: Operation<DeleteVpcRequest, object> = {
  action: 'ec2:DeleteVpc',
  kind: 'write',

  handle(input, ctx) {
    const { tx } = ctx
    const { vpcId } = requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'vpcId')
    const groups = tx.by('security-group', 'vpcId', vpcId)
    const tables = tx.by('route-table', 'vpcId', vpcId)
    const acls = tx.by('network-acl', 'vpcId', vpcId)
    const isUsed =
      tx.by('subnet', 'vpcId', vpcId).length > 0 ||
      tx.by('network-interface', 'vpcId', vpcId).length > 0 ||
      tx.by('vpc-endpoint', 'vpcId', vpcId).length > 0 ||
      groups.some((group) => group.groupName !== defaultGroupName) ||
      tables.some((table) => !isMainRouteTable(table)) ||
      acls.some((acl) => !acl.isDefault) ||
      tx.by('internet-gateway', 'vpcId', vpcId).length > 0
    if (isUsed) throw errors.vpcHasDependencies(vpcId)

    for (const group of groups) deleteGroupWithRules(ctx, group.groupId)
    for (const group of allOwned(ctx, 'security-group')) {
      const associatedVpcIds = group.associatedVpcIds?.filter((id) => id !== vpcId)
      if (associatedVpcIds && associatedVpcIds.length < (group.associatedVpcIds?.length ?? 0)) {
        tx.put('security-group', { ...group, associatedVpcIds })
      }
    }
    for (const { routeTableId } of tables) tx.delete('route-table', routeTableId)
    for (const { networkAclId } of acls) tx.delete('network-acl', networkAclId)
    deleteFlowLogsOf(ctx.tx, vpcId)
    tx.delete('vpc', vpcId)
    return {}
  },
}
