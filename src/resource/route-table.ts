import type { Tag } from './tag.ts'

/**
 * A route table: a record. Packets within a VPC need no route of it, and a route to an internet gateway carries none.
 *
 * The `local` routes are not stored: they follow from the VPC's blocks. A subnet that no table names belongs to the main one.
 */
export interface RouteTable {
  readonly routeTableId: string
  readonly vpcId: string
  readonly ownerId: string
  readonly region: string
  readonly routes: readonly Route[]
  readonly associations: readonly RouteTableAssociation[]
  readonly tags: readonly Tag[]
}

/** A route that somebody made; its only possible target is an internet gateway. Exactly one destination is present. */
export interface Route {
  readonly destinationCidrBlock?: string
  /** Canonical (RFC 5952). */
  readonly destinationIpv6CidrBlock?: string
  readonly destinationPrefixListId?: string
  readonly gatewayId: string
}

/** What a route is known by within its table. */
export function destinationOf(route: Omit<Route, 'gatewayId'>): string {
  return route.destinationCidrBlock ?? route.destinationIpv6CidrBlock ?? route.destinationPrefixListId ?? ''
}

export interface RouteTableAssociation {
  /** `rtbassoc-…`. */
  readonly associationId: string
  /** Absent for the one association that makes a table its VPC's main one. */
  readonly subnetId?: string
}

export function isMainRouteTable(table: RouteTable): boolean {
  return table.associations.some((association) => association.subnetId === undefined)
}
