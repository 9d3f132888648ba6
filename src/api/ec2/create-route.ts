import type { CreateRouteRequest, CreateRouteResult } from '@aws-sdk/client-ec2'
import { destinationOf } from '../../resource/route-table.ts'
import type { Operation } from '../operation.ts'
import { routeAlreadyExists, routeLimitExceeded } from './errors-network.ts'
import {
  findRoute,
  isLocal,
  parseRoute,
  refuseWithinLocal,
  requireRouteTable,
  routesCarryNothing,
} from './route-table.ts'

/** Amazon VPC quotas, "Routes per route table". */
const maxRoutesPerTable = 500

/**
 * Source: EC2 API Reference, CreateRoute. The same route once more is not an error, another target for it is.
 *
 * @throws InvalidRouteTableID.NotFound, RouteAlreadyExists, RouteLimitExceeded, InvalidParameterValue, UnsupportedOperation
 */
export const createRoute: Operation<CreateRouteRequest, CreateRouteResult> = {
  action: 'ec2:CreateRoute',
  kind: 'write',
  missing: [routesCarryNothing],

  handle(input, ctx) {
    const table = requireRouteTable(ctx, input.RouteTableId)
    const route = parseRoute(ctx, table, { ...input })
    const existing = findRoute(table, route)
    if (existing?.gatewayId === route.gatewayId) return { Return: true }
    if (existing || isLocal(ctx.tx, table, route)) throw routeAlreadyExists(destinationOf(route))
    refuseWithinLocal(ctx.tx, table, route)
    if (table.routes.length >= maxRoutesPerTable) throw routeLimitExceeded(maxRoutesPerTable)
    ctx.tx.put('route-table', { ...table, routes: [...table.routes, route] })
    return { Return: true }
  },
}
