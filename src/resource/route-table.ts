import type { Tag } from './tag.ts'

/**
 * A route table: a record. Packets within a VPC need no route of it, and a route to an internet gateway carries none.
 *
 * The `local` route is not stored: it follows from the VPC's block. A subnet that no table names belongs to the main one.
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

/** A route that somebody made; its only possible target is an internet gateway. */
export interface Route {
  readonly destinationCidrBlock: string
  readonly gatewayId: string
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
