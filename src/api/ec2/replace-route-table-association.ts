import type { ReplaceRouteTableAssociationRequest, ReplaceRouteTableAssociationResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { differentNetworks } from './errors-network.ts'
import { requireAssociation, requireRouteTable, withoutAssociation } from './route-table.ts'

/**
 * Moves a subnet to another table, or makes another table the main one. The association gets a new id.
 *
 * Source: EC2 API Reference, ReplaceRouteTableAssociation.
 *
 * @throws InvalidAssociationID.NotFound, InvalidRouteTableID.NotFound, InvalidParameterValue
 */
export const replaceRouteTableAssociation: Operation<
  ReplaceRouteTableAssociationRequest,
  ReplaceRouteTableAssociationResult
> = {
  action: 'ec2:ReplaceRouteTableAssociation',
  kind: 'write',

  handle(input, ctx) {
    const { table: from, association } = requireAssociation(ctx, input.AssociationId)
    const { vpcId, routeTableId } = requireRouteTable(ctx, input.RouteTableId)
    if (vpcId !== from.vpcId) throw differentNetworks(`route table ${routeTableId}`, `network ${from.vpcId}`)

    const moved = { ...association, associationId: ctx.newId('rtbassoc') }
    ctx.tx.put('route-table', withoutAssociation(from, association.associationId))
    // Read again: both may be one table.
    const to = requireRouteTable(ctx, routeTableId)
    ctx.tx.put('route-table', { ...to, associations: [...to.associations, moved] })
    return { NewAssociationId: moved.associationId, AssociationState: { State: 'associated' } }
  },
}
