import type { DisassociateRouteTableRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { cannotDisassociateMain } from './errors-network.ts'
import { requireAssociation, withoutAssociation } from './route-table.ts'

/**
 * Gives a subnet back to the main table.
 *
 * Source: EC2 API Reference, DisassociateRouteTable.
 *
 * @throws InvalidAssociationID.NotFound, InvalidParameterValue
 */
export const disassociateRouteTable: Operation<DisassociateRouteTableRequest, object> = {
  action: 'ec2:DisassociateRouteTable',
  kind: 'write',

  handle(input, ctx) {
    const { table, association } = requireAssociation(ctx, input.AssociationId)
    if (association.subnetId === undefined) throw cannotDisassociateMain(association.associationId)
    ctx.tx.put('route-table', withoutAssociation(table, association.associationId))
    return {}
  },
}
