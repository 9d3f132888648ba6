/**
 * One interface endpoint, as kernel objects in the consumer's VPC.
 *
 * The destination is rewritten in prerouting, before the routing decision, because the rewritten address decides which
 * link the packet leaves by. Each (interface, listener) costs one map element and no rule, so a packet's cost does not
 * grow with endpoints. The element is the permission: nothing else lets a packet towards the provider, and it exists in
 * the state `available` only.
 */
import type { Listener } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import type { VpcEndpoint } from '../resource/vpc-endpoint.ts'
import { addressOf, type Family, fabricAddressOf, familiesWhere, ipv4, named, relayAddressOf } from './family.ts'
import { ownIdleTimeoutSeconds, protocolsOf } from './load-balancer.ts'
import { chain, idleTimeout, set, vpcNetns } from './names.ts'
import { elementObject } from './object.ts'
import type { Fragment } from './program.ts'
import { fabricRoute } from './vpc.ts'
import { linkRoute } from './vpc-link.ts'

/** One zone of an endpoint and what it leads to. */
export interface EndpointZone {
  readonly eni: NetworkInterface
  /** The provider's node in the same zone; undefined when the load balancer has left it. */
  readonly node: NetworkInterface | undefined
  readonly listeners: readonly Listener[]
  /** Whether a listener's connections begin with a header, which the relay writes in this VPC (relay.ts). */
  withHeader(listener: Listener): boolean
  /** Whether the relay carries IPv6 clients of a listener to its IPv4 targets. */
  isBridged(listener: Listener): boolean
  /** The chain of its groups, which goes on to the load balancer's where these are enforced. */
  readonly ingressChain: string
  /** The interface has as many connections as it has ports for. */
  readonly isFull: boolean
  /** The interface's places in the sets of its groups' members. */
  readonly memberElements: Fragment
}

/** @param withIpv6  whether the endpoint's VPC carries it */
export function compileVpcEndpoint(
  name: string,
  endpoint: VpcEndpoint,
  zones: readonly EndpointZone[],
  withIpv6 = false,
): Fragment {
  if (endpoint.state === 'deleting') return []
  return zones.flatMap((zone) => [
    ...familiesWhere(withIpv6).flatMap((family) => compilePlace(name, endpoint, zone, family)),
    ...zone.memberElements,
  ])
}

/** One interface in one address family; nothing where it has no address of that. */
function compilePlace(
  name: string,
  endpoint: VpcEndpoint,
  { eni, node, listeners, withHeader, isBridged, ingressChain, isFull }: EndpointZone,
  family: Family,
): Fragment {
  const netns = vpcNetns(name, endpoint.vpcId)
  const ip = addressOf(eni, family)
  if (ip === undefined) return []
  const known = [elementObject(netns, named(family, set.endpointInterfaces), ip)]
  const isRelayed = (listener: Listener, protocol: 'tcp' | 'udp'): boolean =>
    family === ipv4 ? withHeader(listener) : protocol === 'tcp' && isBridged(listener)
  const fabricIp = fabricAddressOf(eni, family)
  const nodeFabricIp = node && fabricAddressOf(node, family)
  if (endpoint.state !== 'available' || !fabricIp || !node || !nodeFabricIp) return known
  const relayIp = relayAddressOf(eni, family)
  return [
    ...known,
    // The way back. To a service of the same VPC there is no wire: that way leads out to the fabric and in again.
    node.vpcId === endpoint.vpcId
      ? fabricRoute(name, endpoint.vpcId, fabricIp)
      : linkRoute(name, node.vpcId, endpoint.vpcId, fabricIp),
    elementObject(netns, named(family, set.ingress), ip, `goto ${isFull ? chain.refuseFull : ingressChain}`),
    elementObject(netns, named(family, set.endpointSources), ip, fabricIp, ip),
    ...listeners.flatMap((listener) =>
      protocolsOf(listener).map((protocol) =>
        elementObject(
          netns,
          named(family, set.endpointListeners),
          `${ip} . ${protocol} . ${listener.port}`,
          `${isRelayed(listener, protocol) ? relayIp : nodeFabricIp} . ${listener.port}`,
        ),
      ),
    ),
    ...listeners.flatMap((listener) => {
      const seconds = ownIdleTimeoutSeconds(listener)
      if (seconds === undefined) return []
      const place = `${ip} . ${listener.port}`
      return [elementObject(netns, named(family, set.endpointIdleTimeouts), place, `jump ${idleTimeout(seconds)}`)]
    }),
  ]
}
