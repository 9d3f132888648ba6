import type { DeleteRouteRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { parseDestination, requireRoute, requireRouteTable } from './route-table.ts'

/**
 * Source: EC2 API Reference, DeleteRoute.
 *
 * @throws InvalidRouteTableID.NotFound, InvalidRoute.NotFound, InvalidParameterValue
 */
export const deleteRoute: Operation<DeleteRouteRequest, object> = {
  action: 'ec2:DeleteRoute',
  kind: 'write',

  handle(input, ctx) {
    const table = requireRouteTable(ctx, input.RouteTableId)
    const route = requireRoute(ctx.tx, table, parseDestination(ctx, { ...input }))
    ctx.tx.put('route-table', { ...table, routes: table.routes.filter((other) => other !== route) })
    return {}
  },
}
