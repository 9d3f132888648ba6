/**
 * Which zone of a service an endpoint's interface leads to.
 *
 * Within a Region it is the interface's own. From another Region it is one of the service's zones, whichever: AWS asks for
 * no match there (reference 3.9). Each interface keeps to one, chosen by its id so that every compilation chooses alike, and
 * a zone that the service gains takes over only interfaces that are to lead to it.
 */
import type { NetworkInterface } from '../resource/network-interface.ts'
import type { VpcEndpoint } from '../resource/vpc-endpoint.ts'
import { fingerprintOf } from './keys.ts'
import type { Topology } from './topology.ts'

export interface ServiceZone {
  readonly availabilityZone: string
  readonly availabilityZoneId: string
}

export function serviceZoneOf(
  topology: Pick<Topology, 'services' | 'loadBalancers'>,
  endpoint: VpcEndpoint,
  eni: NetworkInterface,
): ServiceZone {
  if (endpoint.serviceRegion === undefined) return eni
  const arns = topology.services.get(endpoint.serviceId)?.networkLoadBalancerArns ?? []
  const zones = arns.flatMap((arn) => topology.loadBalancers.get(arn)?.zones ?? [])
  const weightOf = (zone: ServiceZone) => fingerprintOf(`${eni.networkInterfaceId}|${zone.availabilityZoneId}`)
  // Without a zone there is no way: the interface's own is none of the service's.
  return (
    zones.reduce<ServiceZone | undefined>(
      (best, zone) => (!best || weightOf(zone) > weightOf(best) ? zone : best),
      undefined,
    ) ?? eni
  )
}
