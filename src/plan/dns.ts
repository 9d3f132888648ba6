/**
 * What the resolvers answer: endpoints' regional and zonal names, load balancers' names, instance names.
 *
 * Endpoint and load-balancer names are public on AWS and lead to private addresses (reference section 4), so every VPC
 * resolves them; instance names belong to their VPC. A zone without a healthy target leaves the names that span zones;
 * when no zone has one, all stay (fail open, reference 2.5). A zone's own name always has its address.
 */
import { privateDnsName } from '../resource/geography.ts'
import { forwardedGroups, type LoadBalancer, type LoadBalancerZone } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import { regionalDnsName, type VpcEndpoint, zonalDnsName } from '../resource/vpc-endpoint.ts'
import type { DnsConfig, DnsRecord, DnsVpc, HealthView } from './program.ts'
import { hasTooFew, healthyAmong, usableTargets } from './target-group.ts'
import type { Topology } from './topology.ts'

/** Reference 2.6 and 5.3. */
const recordTtlSeconds = 60

const record = (a: readonly string[]): DnsRecord => ({ ttlSeconds: recordTtlSeconds, a })

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

/** The addresses of the healthy ones, or of all when none is. */
function healthyAddresses(places: readonly { readonly ip: string; readonly healthy: boolean }[]): string[] {
  const healthy = places.filter((place) => place.healthy)
  return (healthy.length > 0 ? healthy : places).map((place) => place.ip)
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
  const made = { endpoint, zonalName, alone: record([eni.privateIp]) }
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
    publicNames.set(loadBalancer.dnsName.toLowerCase(), record(healthyAddresses(places)))
  }

  for (const endpoint of topology.endpoints.values()) {
    if (endpoint.state === 'deleting') continue
    const arns = topology.services.get(endpoint.serviceId)?.networkLoadBalancerArns ?? []
    const places = endpoint.networkInterfaceIds.flatMap((id) => {
      const eni = topology.interfaces.get(id)
      if (!eni) return []
      const { zonalName, alone } = zonalRecordOf(endpoint, eni)
      publicNames.set(zonalName, alone)
      const healthy = arns.some((arn) => zoneHealth.get(arn)?.get(eni.availabilityZone) === true)
      return [{ ip: eni.privateIp, healthy }]
    })
    publicNames.set(regionalDnsName(endpoint), record(healthyAddresses(places)))
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
    vpcs.set(vpc.fabricIp, {
      vpcId: vpc.vpcId,
      enabled: vpc.enableDnsSupport,
      names: namesByVpc.get(vpc.vpcId) ?? new Map(),
    })
  }
  return { publicNames, vpcs }
}
