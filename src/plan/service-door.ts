/** Where an endpoint's interface leads into its service: which load balancer's node, and whose groups are asked on the way. */
import type { Listener, LoadBalancer } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import type { VpcEndpoint } from '../resource/vpc-endpoint.ts'
import { fingerprintOf } from './keys.ts'
import { endpointGroupChainName, groupChainName } from './security-group.ts'
import { serviceZoneOf } from './service-zone.ts'
import type { Topology } from './topology.ts'
import type { EndpointZone } from './vpc-endpoint.ts'

/** One way from a zone into a service: a node there, and what it listens on. */
export interface Door {
  readonly loadBalancer: LoadBalancer
  readonly node: NetworkInterface
  readonly listeners: readonly Listener[]
}

/** (service, zone id) → the nodes of the service's load balancers in that zone; asked once per pair, not per endpoint. */
export function doorsOf(topology: Topology): (serviceId: string, availabilityZoneId: string) => readonly Door[] {
  const known = new Map<string, readonly Door[]>()
  return (serviceId, availabilityZoneId) => {
    const key = `${serviceId}|${availabilityZoneId}`
    const before = known.get(key)
    if (before) return before
    const doors = (topology.services.get(serviceId)?.networkLoadBalancerArns ?? []).flatMap((arn) => {
      const loadBalancer = topology.loadBalancers.get(arn)
      const zone = loadBalancer?.zones.find((z) => z.availabilityZoneId === availabilityZoneId)
      const node = zone && topology.interfaces.get(zone.networkInterfaceId)
      return loadBalancer && node
        ? [{ loadBalancer, node, listeners: topology.listenersByLoadBalancer.get(arn) ?? [] }]
        : []
    })
    known.set(key, doors)
    return doors
  }
}

/** An interface of an endpoint and the node it leads to. */
export type ZoneOfEndpoint = Omit<EndpointZone, 'memberElements' | 'isFull' | 'withHeader'> & {
  /** Groups of the load balancer that the consumer's clients must satisfy; none when it has none or does not ask. */
  readonly enforcedGroupIds: readonly string[]
}

/**
 * Each interface of an endpoint with the node it leads to: the one in its own zone.
 *
 * A service may have several load balancers; an interface keeps to one of those in its zone (reference 3.5). The choice
 * follows from the ids alone, and one that comes or goes moves no interface but its own share (rendezvous hashing).
 */
export function endpointZonesOf(
  topology: Topology,
  endpoint: VpcEndpoint,
  doors: ReturnType<typeof doorsOf>,
): ZoneOfEndpoint[] {
  return endpoint.networkInterfaceIds.flatMap((id) => {
    const eni = topology.interfaces.get(id)
    if (!eni) return []
    const chosen = chooseDoor(id, doors(endpoint.serviceId, serviceZoneOf(topology, endpoint, eni).availabilityZoneId))
    const enforces = chosen?.loadBalancer.enforceSecurityGroupInboundRulesOnPrivateLinkTraffic !== 'off'
    const enforcedGroupIds = (enforces && chosen?.loadBalancer.securityGroupIds) || []
    const ingressChain =
      enforcedGroupIds.length > 0
        ? endpointGroupChainName(eni.groupIds, enforcedGroupIds)
        : groupChainName('in', eni.groupIds)
    return [{ eni, node: chosen?.node, listeners: chosen?.listeners ?? [], enforcedGroupIds, ingressChain }]
  })
}

export function chooseDoor<D extends { readonly loadBalancer: LoadBalancer }>(
  networkInterfaceId: string,
  candidates: readonly D[],
): D | undefined {
  if (candidates.length < 2) return candidates[0]
  const weightOf = (door: D): string => fingerprintOf(`${networkInterfaceId}|${door.loadBalancer.loadBalancerArn}`)
  return candidates.reduce((best, door) => (weightOf(door) > weightOf(best) ? door : best))
}
