import type { ReplaceRouteRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import {
  isLocal,
  parseDestination,
  parseRoute,
  requireRoute,
  requireRouteTable,
  routesCarryNothing,
} from './route-table.ts'

/**
 * Source: EC2 API Reference, ReplaceRoute.
 *
 * @throws InvalidRouteTableID.NotFound, InvalidRoute.NotFound, InvalidParameterValue, UnsupportedOperation
 */
export const replaceRoute: Operation<ReplaceRouteRequest, object> = {
  action: 'ec2:ReplaceRoute',
  kind: 'write',
  missing: [routesCarryNothing],

  handle(input, ctx) {
    const table = requireRouteTable(ctx, input.RouteTableId)
    const destination = parseDestination(ctx, { ...input })
    // What leads to the VPC itself can be told to do so again, and nothing else.
    if (input.LocalTarget && isLocal(ctx.tx, table, destination)) return {}
    const route = parseRoute(ctx, table, { ...input })
    const old = requireRoute(ctx.tx, table, destination)
    ctx.tx.put('route-table', { ...table, routes: table.routes.map((other) => (other === old ? route : other)) })
    return {}
  },
}
