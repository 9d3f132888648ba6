/**
 * What the resolvers answer: endpoints' regional and zonal names, load balancers' names, instance names.
 *
 * Endpoint and load-balancer names are public on AWS and lead to private addresses (reference section 4), so every VPC
 * resolves them; instance names belong to their VPC, and so do the private names of services, which lead to the endpoint
 * that brought them and exist as long as it does, whatever its state (reference 3.3, 5.2). A zone without a healthy target leaves the names that span zones;
 * when no zone has one, all stay (fail open, reference 2.5). A zone's own name always has its address.
 */
import { privateDnsName } from '../resource/geography.ts'
import { forwardedGroups, type LoadBalancer, type LoadBalancerZone } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import {
  dnsRecordIpTypeOf,
  hasZonalDnsNames,
  privateZoneOf,
  regionalDnsName,
  type VpcEndpoint,
  zonalDnsName,
} from '../resource/vpc-endpoint.ts'
import { affinityPercentOf, zonesOfClients } from './client-routing.ts'
import type { DnsConfig, DnsRecord, DnsVpc, HealthView, PrivateZone } from './program.ts'
import { serviceZoneOf } from './service-zone.ts'
import { hasTooFew, healthyAmong, usableTargets } from './target-group.ts'
import type { Topology } from './topology.ts'

/** Reference 2.6 and 5.3. */
const recordTtlSeconds = 60

const record = (a: readonly string[], aaaa: readonly string[] = []): DnsRecord => ({
  ttlSeconds: recordTtlSeconds,
  a,
  ...(aaaa.length > 0 && { aaaa }),
})

/** Whether a node has enough healthy targets (one, unless an attribute says otherwise) of every group that is forwarded to. */
export function isZoneHealthy(
  topology: Topology,
  health: HealthView,
  loadBalancer: LoadBalancer,
  zone: LoadBalancerZone,
): boolean {
  const node = topology.interfaces.get(zone.networkInterfaceId)
  const listeners = topology.listenersByLoadBalancer.get(loadBalancer.loadBalancerArn) ?? []
  if (!node || listeners.length === 0) return false
  const arns = listeners.flatMap((listener) => forwardedGroups(listener).filter(({ weight }) => weight > 0))
  return arns.every(({ targetGroupArn }) => {
    const group = topology.targetGroups.get(targetGroupArn)
    if (!group) return false
    const usable = usableTargets(loadBalancer, zone, group, topology.targetsByGroup.get(targetGroupArn) ?? [])
    const healthy = healthyAmong(usable, node, health)
    // A zone without a registered target is an unhealthy one (reference 2.5).
    return usable.length > 0 && !hasTooFew(group, 'dns_failover', healthy.length, usable.length)
  })
}

/** Zone name → healthy, per load balancer: asked once per load balancer, not once per endpoint. */
export type ZoneHealth = ReadonlyMap<string, ReadonlyMap<string, boolean>>

export function zoneHealthOf(topology: Topology, health: HealthView): ZoneHealth {
  return new Map(
    [...topology.loadBalancers.values()].map((loadBalancer) => [
      loadBalancer.loadBalancerArn,
      new Map(
        loadBalancer.zones.map((zone) => [zone.availabilityZone, isZoneHealthy(topology, health, loadBalancer, zone)]),
      ),
    ]),
  )
}

/** The healthy ones, or all when none is. */
function healthyOrAll<T extends { readonly healthy: boolean }>(places: readonly T[]): readonly T[] {
  const healthy = places.filter((place) => place.healthy)
  return healthy.length > 0 ? healthy : places
}

/** What an endpoint's own names lead to at these interfaces (reference 3.10). */
function endpointRecord(endpoint: VpcEndpoint, enis: readonly NetworkInterface[]): DnsRecord {
  const type = dnsRecordIpTypeOf(endpoint)
  return record(
    type === 'ipv6' ? [] : enis.map((eni) => eni.privateIp),
    type === 'ipv4' ? [] : enis.flatMap((eni) => eni.ipv6Addresses ?? []),
  )
}

/** The zone that an endpoint with private DNS brings into its VPC. `service-defined` leaves IPv6 out of it. */
function privateZoneFor(endpoint: VpcEndpoint, regional: DnsRecord): PrivateZone | undefined {
  const { privateDns } = endpoint
  if (!privateDns) return undefined
  const isWhole = regional.aaaa === undefined || dnsRecordIpTypeOf(endpoint) !== 'service-defined'
  return { name: privateDns.name, target: regionalDnsName(endpoint), record: isWhole ? regional : record(regional.a) }
}

/** An endpoint and its interfaces, as far as they are known. */
interface EndpointInterfaces {
  readonly endpoint: VpcEndpoint
  readonly enis: readonly (NetworkInterface | undefined)[]
}

const interfacesOf = (topology: Topology, endpoint: VpcEndpoint): EndpointInterfaces => ({
  endpoint,
  enis: endpoint.networkInterfaceIds.map((id) => topology.interfaces.get(id)),
})

/** Where an endpoint can be reached, and whether its service is well there. */
interface Place {
  readonly eni: NetworkInterface
  readonly healthy: boolean
}

type PublicName = readonly [name: string, record: DnsRecord]

/** All that an endpoint's places make of names. */
interface EndpointNames {
  readonly places: readonly (Place | undefined)[]
  readonly publicNames: readonly PublicName[]
  readonly privateZone: PrivateZone | undefined
}

/** As long as neither the endpoint nor a place of it has changed: nearly all of them, at every compilation. */
const namesByEndpoint = new WeakMap<VpcEndpoint, EndpointNames>()

function namesOf({ endpoint, enis }: EndpointInterfaces, isWell: (eni: NetworkInterface) => boolean): EndpointNames {
  const known = namesByEndpoint.get(endpoint)
  if (known && isStillSo(known.places, enis, isWell)) return known
  const all = enis.map((eni) => eni && { eni, healthy: isWell(eni) })
  const places = all.filter((place) => place !== undefined)
  const regional = endpointRecord(
    endpoint,
    healthyOrAll(places).map(({ eni }) => eni),
  )
  const zonal = hasZonalDnsNames(endpoint)
    ? places.map(({ eni }) => [zonalDnsName(endpoint, eni.availabilityZone), endpointRecord(endpoint, [eni])] as const)
    : []
  const made = {
    places: all,
    publicNames: [...zonal, [regionalDnsName(endpoint), regional] as const],
    privateZone: privateZoneFor(endpoint, regional),
  }
  namesByEndpoint.set(endpoint, made)
  return made
}

function isStillSo(
  places: readonly (Place | undefined)[],
  enis: readonly (NetworkInterface | undefined)[],
  isWell: (eni: NetworkInterface) => boolean,
): boolean {
  if (places.length !== enis.length) return false
  for (let i = 0; i < enis.length; i++) {
    const [place, eni] = [places[i], enis[i]]
    if (place?.eni !== eni || (eni && place?.healthy !== isWell(eni))) return false
  }
  return true
}

/** @param endpoints  those of the topology, where their interfaces have been looked up already */
export function compileDns(
  topology: Topology,
  zoneHealth: ZoneHealth,
  endpoints: readonly EndpointInterfaces[] = [...topology.endpoints.values()].map((endpoint) =>
    interfacesOf(topology, endpoint),
  ),
): DnsConfig {
  const publicNames = new Map<string, DnsRecord>()

  for (const loadBalancer of topology.loadBalancers.values()) {
    const places = loadBalancer.zones.flatMap((zone) => {
      const node = topology.interfaces.get(zone.networkInterfaceId)
      if (!node) return []
      publicNames.set(
        `${zone.availabilityZone}.${loadBalancer.dnsName}`.toLowerCase(),
        record([node.privateIp], node.ipv6Addresses),
      )
      const healthy = zoneHealth.get(loadBalancer.loadBalancerArn)?.get(zone.availabilityZone) ?? false
      return [{ node, availabilityZone: zone.availabilityZone, healthy }]
    })
    const told = healthyOrAll(places)
    const percent = affinityPercentOf(loadBalancer)
    const byZone = new Map(
      told.map(({ availabilityZone, node }) => [availabilityZone, [node.privateIp, ...(node.ipv6Addresses ?? [])]]),
    )
    publicNames.set(loadBalancer.dnsName.toLowerCase(), {
      ...record(
        told.map(({ node }) => node.privateIp),
        told.flatMap(({ node }) => node.ipv6Addresses ?? []),
      ),
      ...(percent > 0 && { affinity: { percent, byZone } }),
    })
  }

  const zonesByVpc = new Map<string, Map<string, PrivateZone>>()
  const isWell = wellZonesOf(topology, zoneHealth)
  for (const each of endpoints) {
    const { endpoint } = each
    if (endpoint.state === 'deleting') continue
    const { publicNames: names, privateZone } = namesOf(each, (eni) =>
      isWell(endpoint.serviceId, serviceZoneOf(topology, endpoint, eni).availabilityZone),
    )
    for (const [name, known] of names) publicNames.set(name, known)
    if (!privateZone) continue
    const zones = zonesByVpc.get(endpoint.vpcId) ?? new Map<string, PrivateZone>()
    zonesByVpc.set(endpoint.vpcId, zones.set(privateZoneOf(privateZone.name), privateZone))
  }

  const namesByVpc = new Map<string, Map<string, DnsRecord>>()
  for (const instance of topology.instances.values()) {
    if (instance.state !== 'running') continue
    const names = namesByVpc.get(instance.vpcId) ?? new Map<string, DnsRecord>()
    namesByVpc.set(instance.vpcId, names)
    names.set(privateDnsName(instance.privateIp, instance.region), record([instance.privateIp]))
  }

  const vpcs = new Map<string, DnsVpc>()
  for (const vpc of topology.vpcs.values()) {
    if (!topology.interfacesByVpc.has(vpc.vpcId)) continue
    // Private hosted zones need both attributes; the resolver itself needs the one.
    const privateZones = vpc.enableDnsHostnames ? zonesByVpc.get(vpc.vpcId) : undefined
    const known: DnsVpc = {
      vpcId: vpc.vpcId,
      enabled: vpc.enableDnsSupport,
      names: namesByVpc.get(vpc.vpcId) ?? new Map(),
      ...(privateZones && { privateZones }),
    }
    vpcs.set(vpc.fabricIp, known)
    for (const { fabricIp, availabilityZone } of zonesOfClients(topology, vpc.vpcId)) {
      vpcs.set(fabricIp, { ...known, availabilityZone })
    }
  }
  return { publicNames, vpcs }
}

/** Whether a service has a healthy node in a zone; asked of its load balancers once, not once per endpoint. */
function wellZonesOf(
  topology: Topology,
  zoneHealth: ZoneHealth,
): (serviceId: string, availabilityZone: string) => boolean {
  const known = new Map<string, ReadonlySet<string>>()
  return (serviceId, availabilityZone) => {
    let zones = known.get(serviceId)
    if (!zones) {
      const arns = topology.services.get(serviceId)?.networkLoadBalancerArns ?? []
      const health = arns.flatMap((arn) => [...(zoneHealth.get(arn) ?? [])])
      zones = new Set(health.flatMap(([zone, isHealthy]) => (isHealthy ? [zone] : [])))
      known.set(serviceId, zones)
    }
    return zones.has(availabilityZone)
  }
}
