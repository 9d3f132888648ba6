import type { DescribeRouteTablesRequest, DescribeRouteTablesResult } from '@aws-sdk/client-ec2'
import type { RouteTable } from '../../resource/route-table.ts'
import type { View } from '../../state/transaction.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { routeTableId } from './errors-network.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { selectOwned } from './owned.ts'
import { paginate } from './pagination.ts'
import { describeRouteTable } from './route-table.ts'

const none = () => undefined

const filters = (tx: View): FilterTable<RouteTable> => {
  const routes = (table: RouteTable) => describeRouteTable(tx, table).Routes ?? []
  return {
    'association.gateway-id': none,
    'association.main': (table) => table.associations.map(({ subnetId }) => String(subnetId === undefined)),
    'association.route-table-association-id': (table) => table.associations.map(({ associationId }) => associationId),
    'association.route-table-id': (table) => table.associations.map(() => table.routeTableId),
    'association.subnet-id': (table) => table.associations.flatMap(({ subnetId }) => subnetId ?? []),
    'owner-id': (table) => table.ownerId,
    'route-table-id': (table) => table.routeTableId,
    'route.destination-cidr-block': (table) => routes(table).flatMap((route) => route.DestinationCidrBlock ?? []),
    'route.destination-ipv6-cidr-block': (table) =>
      routes(table).flatMap((route) => route.DestinationIpv6CidrBlock ?? []),
    'route.destination-prefix-list-id': (table) =>
      routes(table).flatMap((route) => route.DestinationPrefixListId ?? []),
    'route.egress-only-internet-gateway-id': none,
    'route.gateway-id': (table) => routes(table).flatMap((route) => route.GatewayId ?? []),
    'route.instance-id': none,
    'route.nat-gateway-id': none,
    'route.origin': (table) => routes(table).flatMap((route) => route.Origin ?? []),
    'route.state': (table) => routes(table).flatMap((route) => route.State ?? []),
    'route.transit-gateway-id': none,
    'route.vpc-peering-connection-id': none,
    'vpc-id': (table) => table.vpcId,
  }
}

/**
 * Source: EC2 API Reference, DescribeRouteTables.
 *
 * @throws InvalidRouteTableID.NotFound, InvalidRouteTableId.Malformed, InvalidParameterValue, InvalidNextToken
 */
export const describeRouteTables: Operation<DescribeRouteTablesRequest, DescribeRouteTablesResult> = {
  action: 'ec2:DescribeRouteTables',
  kind: 'read',

  handle(input, ctx) {
    const tables = applyFilters(
      selectOwned(ctx, 'route-table', input.RouteTableIds, routeTableId),
      input.Filters,
      filters(ctx.tx),
      (table) => table.tags,
      errors.unknownFilter,
    )
    const { page, nextToken } = paginate(tables, input, { min: 5, max: 100, idOf: (table) => table.routeTableId })
    return { RouteTables: page.map((table) => describeRouteTable(ctx.tx, table)), NextToken: nextToken }
  },
}
