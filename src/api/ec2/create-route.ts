import type { CreateRouteRequest, CreateRouteResult } from '@aws-sdk/client-ec2'
import { destinationOf } from '../../resource/route-table.ts'
import type { Operation } from '../operation.ts'
import { checkQuota, quotas } from '../quota.ts'
import { routeAlreadyExists } from './errors-network.ts'
import {
  findRoute,
  isLocal,
  parseRoute,
  refuseWithinLocal,
  requireRouteTable,
  routesCarryNothing,
} from './route-table.ts'

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
    checkQuota(ctx, quotas.routesPerRouteTable, table.routes.length)
    ctx.tx.put('route-table', { ...table, routes: [...table.routes, route] })
    return { Return: true }
  },
}
