/** Where an endpoint's interface leads into its service: which load balancer's node, and whose groups are asked on the way. */
import { forwardedGroups, type Listener, type LoadBalancer } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import type { VpcEndpoint } from '../resource/vpc-endpoint.ts'
import { fingerprintOf } from './keys.ts'
import { areSame, type Inputs } from './remembered.ts'
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

/**
 * The doors of one service in one zone, and what they follow from. The target groups are among it because a listener takes
 * the relay for what they ask (relay.ts), which an endpoint's elements must know.
 */
interface KnownDoors {
  readonly doors: readonly Door[]
  readonly inputs: Inputs
}

/** Asked once per pair of service and zone, not per endpoint. */
export interface Doors {
  /** The nodes of the service's load balancers in that zone: the same array as before when nothing about them changed. */
  at(serviceId: string, availabilityZoneId: string): readonly Door[]
  readonly known: ReadonlyMap<string, ReadonlyMap<string, KnownDoors>>
}

export function doorsOf(topology: Topology, before?: Doors): Doors {
  const known = new Map<string, Map<string, KnownDoors>>()
  const look = (serviceId: string, availabilityZoneId: string): KnownDoors => {
    const doors = (topology.services.get(serviceId)?.networkLoadBalancerArns ?? []).flatMap((arn) => {
      const loadBalancer = topology.loadBalancers.get(arn)
      const zone = loadBalancer?.zones.find((z) => z.availabilityZoneId === availabilityZoneId)
      const node = zone && topology.interfaces.get(zone.networkInterfaceId)
      return loadBalancer && node
        ? [{ loadBalancer, node, listeners: topology.listenersByLoadBalancer.get(arn) ?? [] }]
        : []
    })
    const inputs = doors.flatMap(({ loadBalancer, node, listeners }) => [
      ...[loadBalancer, node, ...listeners],
      ...listeners.flatMap((listener) =>
        forwardedGroups(listener).map(({ targetGroupArn }) => topology.targetGroups.get(targetGroupArn)),
      ),
    ])
    const same = before?.known.get(serviceId)?.get(availabilityZoneId)
    return same && areSame(same.inputs, inputs) ? same : { doors, inputs }
  }
  return {
    known,
    at(serviceId, availabilityZoneId) {
      let ofService = known.get(serviceId)
      if (!ofService) {
        ofService = new Map()
        known.set(serviceId, ofService)
      }
      let there = ofService.get(availabilityZoneId)
      if (!there) {
        there = look(serviceId, availabilityZoneId)
        ofService.set(availabilityZoneId, there)
      }
      return there.doors
    },
  }
}

/** An interface of an endpoint and the node it leads to. */
export type ZoneOfEndpoint = Omit<EndpointZone, 'memberElements' | 'isFull' | 'withHeader' | 'isBridged'> & {
  /** Groups of the load balancer that the consumer's clients must satisfy; none when it has none or does not ask. */
  readonly enforcedGroupIds: readonly string[]
}

/** An endpoint and where it leads to; the same object for as long as nothing about that has changed. */
export interface PlacedEndpoint {
  readonly endpoint: VpcEndpoint
  /** Of its fragment, and of its connections through the relay. */
  readonly owner: string
  readonly zones: readonly ZoneOfEndpoint[]
  /** By interface, as far as it is known: what the zones were made of. */
  readonly enis: readonly (NetworkInterface | undefined)[]
  readonly doors: readonly (readonly Door[] | undefined)[]
}

/**
 * The endpoint as it was placed before, when that is still so: nearly all of them, at every compilation, for a few look-ups
 * each and no text.
 */
export function placeEndpoint(
  topology: Topology,
  endpoint: VpcEndpoint,
  doors: Doors,
  before: PlacedEndpoint | undefined,
): PlacedEndpoint {
  if (before?.endpoint === endpoint && isStillThere(topology, doors, before)) return before
  const enis = endpoint.networkInterfaceIds.map((id) => topology.interfaces.get(id))
  return {
    endpoint,
    owner: `vpc-endpoint/${endpoint.vpcEndpointId}`,
    zones: endpointZonesOf(topology, endpoint, doors),
    enis,
    doors: enis.map((eni) => eni && doorsAt(topology, endpoint, eni, doors)),
  }
}

function isStillThere(topology: Topology, doors: Doors, before: PlacedEndpoint): boolean {
  const { endpoint } = before
  const { networkInterfaceIds } = endpoint
  for (let i = 0; i < networkInterfaceIds.length; i++) {
    const eni = topology.interfaces.get(networkInterfaceIds[i] ?? '')
    if (eni !== before.enis[i]) return false
    if (eni && doorsAt(topology, endpoint, eni, doors) !== before.doors[i]) return false
  }
  return true
}

const doorsAt = (topology: Topology, endpoint: VpcEndpoint, eni: NetworkInterface, doors: Doors): readonly Door[] =>
  doors.at(endpoint.serviceId, serviceZoneOf(topology, endpoint, eni).availabilityZoneId)

/**
 * Each interface of an endpoint with the node it leads to: the one in its own zone.
 *
 * A service may have several load balancers; an interface keeps to one of those in its zone (reference 3.5). The choice
 * follows from the ids alone, and one that comes or goes moves no interface but its own share (rendezvous hashing).
 */
function endpointZonesOf(topology: Topology, endpoint: VpcEndpoint, doors: Doors): ZoneOfEndpoint[] {
  return endpoint.networkInterfaceIds.flatMap((id) => {
    const eni = topology.interfaces.get(id)
    if (!eni) return []
    const chosen = chooseDoor(id, doorsAt(topology, endpoint, eni, doors))
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
