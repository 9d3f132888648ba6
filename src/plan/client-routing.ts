/**
 * Client routing of load balancers: `dns_record.client_routing_policy`, by which a client gets the address of its own zone.
 *
 * The resolver must know the zone of who asks, and what it sees of a query is the address that the VPC's namespace gave it.
 * So in the VPC of a load balancer with such a policy, the queries of a zone come from the fabric address of the load
 * balancer's node there, which is nobody else's. In other VPCs, and in zones without a node, there is no zone to prefer.
 * Source: NLB guide, "DNS name": 85 percent of the answers prefer the client's zone, or all; reference 2.2 and 2.6.
 */
import { type LoadBalancer, loadBalancerAttribute } from '../resource/load-balancer.ts'
import type { Topology } from './topology.ts'

/** Of a hundred answers, how many prefer the client's own zone. */
export function affinityPercentOf(loadBalancer: LoadBalancer): number {
  switch (loadBalancerAttribute(loadBalancer, 'dns_record.client_routing_policy')) {
    case 'availability_zone_affinity':
      return 100
    case 'partial_availability_zone_affinity':
      return 85
    default:
      return 0
  }
}

/** The clients of one zone of a VPC, as its resolver sees them. */
export interface ZoneOfClients {
  readonly availabilityZone: string
  readonly cidrBlocks: readonly string[]
  /** What their queries come from. */
  readonly fabricIp: string
}

/** The zones of a VPC that its resolver tells apart; none where no load balancer of the VPC asks for it. */
export function zonesOfClients(topology: Topology, vpcId: string): readonly ZoneOfClients[] {
  const zones = new Map<string, ZoneOfClients>()
  for (const loadBalancer of topology.loadBalancersByVpc.get(vpcId) ?? []) {
    if (affinityPercentOf(loadBalancer) === 0) continue
    for (const { availabilityZone, networkInterfaceId } of loadBalancer.zones) {
      const fabricIp = topology.interfaces.get(networkInterfaceId)?.fabricIp
      if (fabricIp === undefined || zones.has(availabilityZone)) continue
      const subnets = (topology.subnetsByVpc.get(vpcId) ?? []).filter(
        (subnet) => subnet.availabilityZone === availabilityZone,
      )
      zones.set(availabilityZone, { availabilityZone, cidrBlocks: subnets.map(({ cidrBlock }) => cidrBlock), fabricIp })
    }
  }
  return [...zones.values()]
}
