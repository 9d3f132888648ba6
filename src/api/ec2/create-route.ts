import type { CreateRouteRequest, CreateRouteResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { routeAlreadyExists } from './errors-network.ts'
import { isLocal, parseRoute, requireRouteTable, routesCarryNothing } from './route-table.ts'

/**
 * Source: EC2 API Reference, CreateRoute. The same route once more is not an error, another target for it is.
 *
 * @throws InvalidRouteTableID.NotFound, RouteAlreadyExists, InvalidParameterValue, UnsupportedOperation
 */
export const createRoute: Operation<CreateRouteRequest, CreateRouteResult> = {
  action: 'ec2:CreateRoute',
  kind: 'write',
  missing: [routesCarryNothing],

  handle(input, ctx) {
    const table = requireRouteTable(ctx, input.RouteTableId)
    const route = parseRoute(ctx, table, { ...input })
    const destination = route.destinationCidrBlock
    const existing = table.routes.find((other) => other.destinationCidrBlock === destination)
    if (existing?.gatewayId === route.gatewayId) return { Return: true }
    if (existing || isLocal(ctx.tx, table, destination)) throw routeAlreadyExists(destination)
    ctx.tx.put('route-table', { ...table, routes: [...table.routes, route] })
    return { Return: true }
  },
}
