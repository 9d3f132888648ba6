import type { DeleteRouteTableRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { hasDependencies } from './errors-network.ts'
import { requireRouteTable } from './route-table.ts'

/**
 * Removes a table that no subnet is associated with and that is not the main one.
 *
 * Source: EC2 API Reference, DeleteRouteTable.
 *
 * @throws InvalidRouteTableID.NotFound, DependencyViolation
 */
export const deleteRouteTable: Operation<DeleteRouteTableRequest, object> = {
  action: 'ec2:DeleteRouteTable',
  kind: 'write',

  handle(input, ctx) {
    const { routeTableId, associations } = requireRouteTable(ctx, input.RouteTableId)
    if (associations.length > 0) throw hasDependencies('routeTable', routeTableId)
    ctx.tx.delete('route-table', routeTableId)
    return {}
  },
}
