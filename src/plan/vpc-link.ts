/**
 * The wire between two VPCs of this host that an endpoint joins: past the fabric, to which both are tied anyway.
 *
 * Measured in CPU time of the endpoint's path, against the same path routed by the fabric, in one run: a new connection
 * 0.92, a keep-alive request 0.91, a byte 0.97. What is saved is one crossing of a veth and one routing step per packet.
 * nft's `fwd` at the fabric's ingress saved 0.98 of a connection and nothing of a request; macvlan instead of veth saved
 * 0.94 and 0.91, and needs a module that not every kernel has (docs/decisions/0009).
 *
 * Addresses, translation and policy are the same on either way: interfaces to other VPCs and the one to the fabric share a
 * prefix, by which the rules know both. An endpoint's way back leads over the link, so a link that could not be made is the
 * endpoint's failure too, and told as such.
 */
import { macFromHex } from '../net/mac.ts'
import { familyOf, ipv4 } from './family.ts'
import { hexOf, linkIfname, vpcNetns } from './names.ts'
import { routeObject, wireObject } from './object.ts'
import type { Fragment, RouteObject, WireEnd } from './program.ts'
import { fabricMtuBytes } from './vpc.ts'

/** Next hop of a link, seen from either end: link-local, a permanent neighbour. */
const peerNextHop = '169.254.0.3'
const peerNextHop6 = 'fe80::3'

/** A load balancer's node and the VPC that dials it. */
export interface DialledNode {
  readonly from: string
  readonly fabricIp: string
}

/** Two VPCs and what each must reach in the other, besides the way back to endpoints. */
export interface VpcLink {
  /** In the order of their ids, so that a pair that serves each other has one wire. */
  readonly vpcIds: readonly [string, string]
  /** Both carry IPv6. */
  readonly withIpv6: boolean
  /** By what they consist of, so that every endpoint of a VPC may name the same. */
  readonly nodes: Map<string, DialledNode>
}

export function compileVpcLink(
  name: string,
  [a, b]: readonly [string, string],
  nodes: readonly DialledNode[],
  withIpv6: boolean,
): Fragment {
  const end = (own: string, other: string): WireEnd => ({
    netns: vpcNetns(name, own),
    ifname: linkIfname(other),
    mac: macOf(own),
    mtuBytes: fabricMtuBytes,
    addresses: [],
    neighbours: (withIpv6 ? [peerNextHop, peerNextHop6] : [peerNextHop]).map((ip) => ({ ip, mac: macOf(other) })),
    routes: [],
  })
  return [
    wireObject(end(a, b), end(b, a)),
    ...nodes.map(({ from, fabricIp }) => linkRoute(name, from, from === a ? b : a, fabricIp)),
  ]
}

/** The way from a VPC to a fabric address of another. */
export function linkRoute(name: string, from: string, to: string, fabricIp: string): RouteObject {
  const family = familyOf(fabricIp)
  const via = family === ipv4 ? peerNextHop : peerNextHop6
  return routeObject(vpcNetns(name, from), `${fabricIp}/${family.hostPrefixLength}`, via, linkIfname(to))
}

/** That of all its links: they share no L2. */
const macOf = (vpcId: string): string => macFromHex(hexOf(vpcId), '02')
