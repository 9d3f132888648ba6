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

interface ZonalRecord {
  readonly endpoint: VpcEndpoint
  readonly zonalName: string
  readonly alone: DnsRecord
}

/** An interface's own name and record, as long as neither it nor its endpoint has changed: half of all names. */
const zonalRecords = new WeakMap<NetworkInterface, ZonalRecord>()

function zonalRecordOf(endpoint: VpcEndpoint, eni: NetworkInterface): ZonalRecord {
  const known = zonalRecords.get(eni)
  if (known?.endpoint === endpoint) return known
  const zonalName = zonalDnsName(endpoint, eni.availabilityZone)
  const made = { endpoint, zonalName, alone: endpointRecord(endpoint, [eni]) }
  zonalRecords.set(eni, made)
  return made
}

export function compileDns(topology: Topology, zoneHealth: ZoneHealth): DnsConfig {
  const publicNames = new Map<string, DnsRecord>()

  for (const loadBalancer of topology.loadBalancers.values()) {
    const places = loadBalancer.zones.flatMap((zone) => {
      const node = topology.interfaces.get(zone.networkInterfaceId)
      if (!node) return []
      publicNames.set(`${zone.availabilityZone}.${loadBalancer.dnsName}`.toLowerCase(), record([node.privateIp]))
      const healthy = zoneHealth.get(loadBalancer.loadBalancerArn)?.get(zone.availabilityZone) ?? false
      return [{ ip: node.privateIp, healthy }]
    })
    publicNames.set(loadBalancer.dnsName.toLowerCase(), record(healthyOrAll(places).map(({ ip }) => ip)))
  }

  const zonesByVpc = new Map<string, Map<string, PrivateZone>>()
  for (const endpoint of topology.endpoints.values()) {
    if (endpoint.state === 'deleting') continue
    const arns = topology.services.get(endpoint.serviceId)?.networkLoadBalancerArns ?? []
    const places = endpoint.networkInterfaceIds.flatMap((id) => {
      const eni = topology.interfaces.get(id)
      if (!eni) return []
      if (hasZonalDnsNames(endpoint)) {
        const { zonalName, alone } = zonalRecordOf(endpoint, eni)
        publicNames.set(zonalName, alone)
      }
      const { availabilityZone } = serviceZoneOf(topology, endpoint, eni)
      const healthy = arns.some((arn) => zoneHealth.get(arn)?.get(availabilityZone) === true)
      return [{ eni, healthy }]
    })
    const regional = endpointRecord(
      endpoint,
      healthyOrAll(places).map(({ eni }) => eni),
    )
    publicNames.set(regionalDnsName(endpoint), regional)
    const zone = privateZoneFor(endpoint, regional)
    if (!zone) continue
    const zones = zonesByVpc.get(endpoint.vpcId) ?? new Map<string, PrivateZone>()
    zonesByVpc.set(endpoint.vpcId, zones.set(privateZoneOf(zone.name), zone))
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
    vpcs.set(vpc.fabricIp, {
      vpcId: vpc.vpcId,
      enabled: vpc.enableDnsSupport,
      names: namesByVpc.get(vpc.vpcId) ?? new Map(),
      ...(privateZones && { privateZones }),
    })
  }
  return { publicNames, vpcs }
}
