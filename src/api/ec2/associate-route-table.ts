import type { AssociateRouteTableRequest, AssociateRouteTableResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { associationConflicts, differentNetworks } from './errors-network.ts'
import { requireOwned } from './owned.ts'
import { requireRouteTable, tableOfSubnet } from './route-table.ts'

/**
 * Source: EC2 API Reference, AssociateRouteTable. A subnet that has the table already keeps its association.
 *
 * @throws InvalidRouteTableID.NotFound, InvalidSubnetID.NotFound, Resource.AlreadyAssociated, InvalidParameterValue
 */
export const associateRouteTable: Operation<AssociateRouteTableRequest, AssociateRouteTableResult> = {
  action: 'ec2:AssociateRouteTable',
  kind: 'write',
  missing: ['subnets only: gateways have no route table'],

  handle(input, ctx) {
    const table = requireRouteTable(ctx, input.RouteTableId)
    if (input.GatewayId || input.PublicIpv4Pool) throw errors.notSupported('A route table for a gateway')
    const { subnetId, vpcId } = requireOwned(ctx, 'subnet', input.SubnetId, errors.subnetId, 'subnetId')
    if (vpcId !== table.vpcId) throw differentNetworks(`route table ${table.routeTableId}`, `subnet ${subnetId}`)
    const existing = table.associations.find((association) => association.subnetId === subnetId)
    if (!existing && tableOfSubnet(ctx.tx, vpcId, subnetId)) throw associationConflicts(table.routeTableId)

    const association = existing ?? { associationId: ctx.newId('rtbassoc'), subnetId }
    if (!existing) ctx.tx.put('route-table', { ...table, associations: [...table.associations, association] })
    return { AssociationId: association.associationId, AssociationState: { State: 'associated' } }
  },
}
