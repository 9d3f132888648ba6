import type {
  RouteTableAssociation as WireAssociation,
  Route as WireRoute,
  RouteTable as WireRouteTable,
} from '@aws-sdk/client-ec2'
import { cidrContains, formatCidr, parseCidr } from '../../net/cidr.ts'
import { ipv6BlockContains } from '../../net/ipv6.ts'
import {
  destinationOf,
  isMainRouteTable,
  type Route,
  type RouteTable,
  type RouteTableAssociation,
} from '../../resource/route-table.ts'
import type { Tag } from '../../resource/tag.ts'
import { cidrBlocksOf, type Vpc } from '../../resource/vpc.ts'
import type { View } from '../../state/transaction.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import * as network from './errors-network.ts'
import { canonicalIpv6Cidr } from './ipv6-cidr.ts'
import { requireUsablePrefixList } from './managed-prefix-list.ts'
import { allOwned, checkIdForm, requireOwned, type Scope } from './owned.ts'
import { toWireTags } from './tags.ts'

/** Said by every operation that stores a route. */
export const routesCarryNothing =
  'a route is a record: its target can be an internet gateway of the VPC only, and no packet leaves by it (a VPC ends at its own addresses and its endpoints)'

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
  const destination = parseDestination(ctx, input)
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
  return { ...destination, gatewayId }
}

type Destination = Omit<Route, 'gatewayId'>

/**
 * A route's destination, in canonical form: exactly one of the three that there are.
 *
 * @throws MissingParameter, InvalidParameterCombination, InvalidParameterValue, InvalidPrefixListID.NotFound
 */
export function parseDestination(ctx: OperationContext, input: RouteRequest): Destination {
  const { DestinationCidrBlock: ipv4, DestinationIpv6CidrBlock: ipv6, DestinationPrefixListId: listId } = input
  const given = [
    ipv4 && 'destinationCidrBlock',
    ipv6 && 'destinationIpv6CidrBlock',
    listId && 'destinationPrefixListId',
  ].filter((name) => name !== undefined && name !== '')
  if (given.length > 1) {
    throw errors.invalidParameterCombination(`The parameter ${given[0]} cannot be used with the parameter ${given[1]}`)
  }
  if (ipv6) {
    const destinationIpv6CidrBlock = canonicalIpv6Cidr(ipv6)
    if (!destinationIpv6CidrBlock) {
      throw errors.invalidValue(ipv6, 'destinationIpv6CidrBlock', 'This is not a valid IPv6 CIDR block.')
    }
    return { destinationIpv6CidrBlock }
  }
  if (listId) return { destinationPrefixListId: requireUsablePrefixList(ctx, listId).prefixListId }
  if (!ipv4) throw errors.missingParameter('destinationCidrBlock')
  const cidr = parseCidr(ipv4)
  if (!cidr) throw errors.invalidValue(ipv4, 'destinationCidrBlock', 'This is not a valid CIDR block.')
  return { destinationCidrBlock: formatCidr(cidr) }
}

/** The destinations that every table of a VPC leads to the VPC itself. */
function localDestinationsOf(tx: View, { vpcId }: RouteTable): readonly Destination[] {
  const vpc = tx.get('vpc', vpcId)
  if (!vpc) return []
  return [
    ...cidrBlocksOf(vpc).map((destinationCidrBlock) => ({ destinationCidrBlock })),
    ...(vpc.ipv6CidrBlockAssociations ?? []).map(({ ipv6CidrBlock }) => ({ destinationIpv6CidrBlock: ipv6CidrBlock })),
  ]
}

export function findRoute(table: RouteTable, destination: Destination): Route | undefined {
  return table.routes.find((route) => destinationOf(route) === destinationOf(destination))
}

/**
 * @throws InvalidRoute.NotFound, InvalidParameterValue for a local route and for one that an endpoint put there
 */
export function requireRoute(tx: View, table: RouteTable, destination: Destination): Route {
  const route = findRoute(table, destination)
  if (route?.gatewayId.startsWith('vpce-')) {
    throw network.cannotRemoveEndpointRoute(destinationOf(destination), table.routeTableId)
  }
  if (route) return route
  if (isLocal(tx, table, destination)) {
    throw network.cannotRemoveLocalRoute(destinationOf(destination), table.routeTableId)
  }
  throw network.routeNotFound(destinationNameOf(destination), destinationOf(destination), table.routeTableId)
}

function destinationNameOf(destination: Destination): string {
  if (destination.destinationIpv6CidrBlock !== undefined) return 'destination-ipv6-cidr-block'
  return destination.destinationPrefixListId === undefined ? 'destination-cidr-block' : 'destination-prefix-list-id'
}

export function isLocal(tx: View, table: RouteTable, destination: Destination): boolean {
  return localDestinationsOf(tx, table).some((local) => destinationOf(local) === destinationOf(destination))
}

/**
 * Part of the VPC's own range can be led to an interface or an instance only, and to neither here.
 *
 * @throws InvalidParameterValue
 */
export function refuseWithinLocal(tx: View, table: RouteTable, destination: Destination): void {
  const { destinationCidrBlock: ipv4, destinationIpv6CidrBlock: ipv6 } = destination
  const inner = ipv4 === undefined ? undefined : parseCidr(ipv4)
  const isWithin = localDestinationsOf(tx, table).some((local) => {
    const outer = parseCidr(local.destinationCidrBlock ?? '')
    if (inner && outer) return cidrContains(outer, inner)
    return ipv6 !== undefined && ipv6BlockContains(local.destinationIpv6CidrBlock ?? '', ipv6)
  })
  if (isWithin) throw network.routeWithinVpc(destinationOf(destination))
}

function describeRoute(tx: View, table: RouteTable, route: Route): WireRoute {
  const isThere = route.gatewayId.startsWith('vpce-')
    ? tx.get('vpc-endpoint', route.gatewayId) !== undefined
    : tx.get('internet-gateway', route.gatewayId)?.vpcId === table.vpcId
  return {
    ...describeDestination(route),
    GatewayId: route.gatewayId,
    Origin: 'CreateRoute',
    State: isThere ? 'active' : 'blackhole',
  }
}

function describeDestination(destination: Destination): WireRoute {
  return {
    ...(destination.destinationCidrBlock !== undefined && { DestinationCidrBlock: destination.destinationCidrBlock }),
    ...(destination.destinationIpv6CidrBlock !== undefined && {
      DestinationIpv6CidrBlock: destination.destinationIpv6CidrBlock,
    }),
    ...(destination.destinationPrefixListId !== undefined && {
      DestinationPrefixListId: destination.destinationPrefixListId,
    }),
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

/** A table as DescribeRouteTables answers it: first of all the local routes. */
export function describeRouteTable(tx: View, table: RouteTable): WireRouteTable {
  return {
    RouteTableId: table.routeTableId,
    VpcId: table.vpcId,
    OwnerId: table.ownerId,
    Routes: [
      ...localDestinationsOf(tx, table).map(
        (local): WireRoute => ({
          ...describeDestination(local),
          GatewayId: 'local',
          Origin: 'CreateRouteTable',
          State: 'active',
        }),
      ),
      ...table.routes.map((route) => describeRoute(tx, table, route)),
    ],
    Associations: table.associations.map((association) => describeAssociation(table, association)),
    PropagatingVgws: [],
    Tags: toWireTags(table.tags),
  }
}
