import type {
  RouteTableAssociation as WireAssociation,
  Route as WireRoute,
  RouteTable as WireRouteTable,
} from '@aws-sdk/client-ec2'
import { formatCidr, parseCidr } from '../../net/cidr.ts'
import {
  isMainRouteTable,
  type Route,
  type RouteTable,
  type RouteTableAssociation,
} from '../../resource/route-table.ts'
import type { Tag } from '../../resource/tag.ts'
import type { Vpc } from '../../resource/vpc.ts'
import type { View } from '../../state/transaction.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import * as network from './errors-network.ts'
import { allOwned, checkIdForm, requireOwned, type Scope } from './owned.ts'
import { toWireTags } from './tags.ts'

/** Said by every operation that stores a route. */
export const routesCarryNothing =
  'a route is a record: its target can be an internet gateway of the VPC only, and no packet leaves by it'

export function putRouteTable(
  ctx: OperationContext,
  vpc: Vpc,
  { isMain, tags }: { readonly isMain: boolean; readonly tags: readonly Tag[] },
): RouteTable {
  const table: RouteTable = {
    routeTableId: ctx.newId('rtb'),
    vpcId: vpc.vpcId,
    ownerId: vpc.ownerId,
    region: vpc.region,
    routes: [],
    associations: isMain ? [{ associationId: ctx.newId('rtbassoc') }] : [],
    tags,
  }
  ctx.tx.put('route-table', table)
  return table
}

export function mainRouteTableOf(tx: View, vpcId: string): RouteTable | undefined {
  return tx.by('route-table', 'vpcId', vpcId).find(isMainRouteTable)
}

export function requireRouteTable(scope: Scope, id: string | undefined): RouteTable {
  return requireOwned(scope, 'route-table', id, network.routeTableId, 'routeTableId')
}

/**
 * The caller's table that has an association.
 *
 * @throws InvalidAssociationID.NotFound, MissingParameter
 */
export function requireAssociation(
  scope: Scope,
  id: string | undefined,
): { readonly table: RouteTable; readonly association: RouteTableAssociation } {
  if (!id) throw errors.missingParameter('associationId')
  for (const table of allOwned(scope, 'route-table')) {
    const association = table.associations.find(({ associationId }) => associationId === id)
    if (association) return { table, association }
  }
  throw network.associationNotFound(id)
}

/** The table that a subnet is associated with by name; without one it belongs to the main table. */
export function tableOfSubnet(tx: View, vpcId: string, subnetId: string): RouteTable | undefined {
  return tx
    .by('route-table', 'vpcId', vpcId)
    .find((table) => table.associations.some((association) => association.subnetId === subnetId))
}

export function withoutAssociation(table: RouteTable, associationId: string): RouteTable {
  return { ...table, associations: table.associations.filter((other) => other.associationId !== associationId) }
}

/** What names a route's target, all that CreateRoute and ReplaceRoute know. */
interface RouteRequest {
  readonly DestinationCidrBlock?: string | undefined
  readonly DestinationIpv6CidrBlock?: string | undefined
  readonly DestinationPrefixListId?: string | undefined
  readonly GatewayId?: string | undefined
  readonly [other: string]: unknown
}

const otherTargets = [
  'VpcEndpointId',
  'EgressOnlyInternetGatewayId',
  'InstanceId',
  'NatGatewayId',
  'TransitGatewayId',
  'LocalGatewayId',
  'CarrierGatewayId',
  'NetworkInterfaceId',
  'VpcPeeringConnectionId',
  'CoreNetworkArn',
  'OdbNetworkArn',
  'LocalTarget',
]

/**
 * The route of a request. Whatever would have to carry packets is refused, not recorded.
 *
 * @throws MissingParameter, InvalidParameterValue, InvalidInternetGatewayID.NotFound, UnsupportedOperation
 */
export function parseRoute(ctx: OperationContext, table: RouteTable, input: RouteRequest): Route {
  const destinationCidrBlock = parseDestination(input)
  const other = otherTargets.find((name) => input[name] !== undefined)
  if (other) throw errors.notSupported(`A route with the target ${other}`)
  const gatewayId = input.GatewayId
  if (!gatewayId) throw errors.missingParameter('gatewayId')
  if (!gatewayId.startsWith('igw-')) throw errors.notSupported(`A route with the target '${gatewayId}'`)
  checkIdForm(gatewayId, network.internetGatewayId)
  const gateway = requireOwned(ctx, 'internet-gateway', gatewayId, network.internetGatewayId, 'gatewayId')
  if (gateway.vpcId !== table.vpcId) {
    throw network.differentNetworks(`route table ${table.routeTableId}`, `network gateway ${gatewayId}`)
  }
  return { destinationCidrBlock, gatewayId }
}

/** A route's destination, in canonical form. */
export function parseDestination(input: RouteRequest): string {
  if (input.DestinationIpv6CidrBlock) throw errors.notSupported('A route for IPv6')
  if (input.DestinationPrefixListId) throw errors.notSupported('A route for a prefix list')
  if (!input.DestinationCidrBlock) throw errors.missingParameter('destinationCidrBlock')
  const cidr = parseCidr(input.DestinationCidrBlock)
  if (!cidr)
    throw errors.invalidValue(input.DestinationCidrBlock, 'destinationCidrBlock', 'This is not a valid CIDR block.')
  return formatCidr(cidr)
}

/** @throws InvalidRoute.NotFound, InvalidParameterValue for the local route */
export function requireRoute(tx: View, table: RouteTable, destination: string): Route {
  const route = table.routes.find(({ destinationCidrBlock }) => destinationCidrBlock === destination)
  if (route) return route
  if (isLocal(tx, table, destination)) throw network.cannotRemoveLocalRoute(destination, table.routeTableId)
  throw network.routeNotFound(destination, table.routeTableId)
}

export function isLocal(tx: View, table: RouteTable, destination: string): boolean {
  return tx.get('vpc', table.vpcId)?.cidrBlock === destination
}

function describeRoute(tx: View, table: RouteTable, route: Route): WireRoute {
  const isAttached = tx.get('internet-gateway', route.gatewayId)?.vpcId === table.vpcId
  return {
    DestinationCidrBlock: route.destinationCidrBlock,
    GatewayId: route.gatewayId,
    Origin: 'CreateRoute',
    State: isAttached ? 'active' : 'blackhole',
  }
}

function describeAssociation(table: RouteTable, { associationId, subnetId }: RouteTableAssociation): WireAssociation {
  return {
    Main: subnetId === undefined,
    RouteTableAssociationId: associationId,
    RouteTableId: table.routeTableId,
    ...(subnetId !== undefined && { SubnetId: subnetId }),
    AssociationState: { State: 'associated' },
  }
}

/** A table as DescribeRouteTables answers it: first of all the local route. */
export function describeRouteTable(tx: View, table: RouteTable): WireRouteTable {
  const cidrBlock = tx.get('vpc', table.vpcId)?.cidrBlock
  return {
    RouteTableId: table.routeTableId,
    VpcId: table.vpcId,
    OwnerId: table.ownerId,
    Routes: [
      { DestinationCidrBlock: cidrBlock, GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' },
      ...table.routes.map((route) => describeRoute(tx, table, route)),
    ],
    Associations: table.associations.map((association) => describeAssociation(table, association)),
    PropagatingVgws: [],
    Tags: toWireTags(table.tags),
  }
}
