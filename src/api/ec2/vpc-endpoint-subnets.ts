import type { SubnetConfiguration } from '@aws-sdk/client-ec2'
import type { EndpointService } from '../../resource/endpoint-service.ts'
import type { NetworkInterface } from '../../resource/network-interface.ts'
import type { Subnet } from '../../resource/subnet.ts'
import type { OperationContext } from '../operation.ts'
import { invalidParameter } from './errors.ts'
import * as errors from './errors-privatelink.ts'
import { createNetworkInterface } from './network-interface.ts'
import { requireOwned } from './owned.ts'

/**
 * The subnets that a caller gives to an endpoint: of its VPC, each in another zone, each zone one of the service's.
 *
 * Zones are those of the service (`EndpointService.availabilityZones`), not of its load balancers: a zone that a load
 * balancer gained counts only after ModifyVpcEndpointServiceConfiguration (reference 3.8).
 *
 * @param taken  subnets that the endpoint has already
 * @throws InvalidSubnetId.NotFound, InvalidParameter, DuplicateSubnetsInSameZone
 */
export function chooseSubnets(
  ctx: OperationContext,
  vpcId: string,
  service: Pick<EndpointService, 'serviceName' | 'availabilityZones'>,
  subnetIds: readonly string[],
  taken: readonly Subnet[] = [],
): readonly Subnet[] {
  const zones = new Set(taken.map((subnet) => subnet.availabilityZone))
  return subnetIds.map((subnetId) => {
    const subnet = requireOwned(ctx, 'subnet', subnetId, errors.subnetId, 'SubnetId')
    if (subnet.vpcId !== vpcId) throw errors.subnetOfOtherVpc(subnetId, vpcId)
    if (!service.availabilityZones.includes(subnet.availabilityZone)) {
      throw errors.zoneNotSupported(service.serviceName, subnetId, service.availabilityZones)
    }
    if (zones.has(subnet.availabilityZone)) throw errors.duplicateSubnetsInSameZone(subnetId)
    zones.add(subnet.availabilityZone)
    return subnet
  })
}

/**
 * The fixed addresses of a request, by subnet.
 *
 * @param subnetIds  every subnet that the endpoint is to have; a configuration for another is refused
 */
export function fixedAddresses(
  configurations: readonly SubnetConfiguration[] | undefined,
  subnetIds: readonly string[],
): ReadonlyMap<string, string> {
  const addresses = new Map<string, string>()
  for (const { SubnetId: subnetId = '', Ipv4: ipv4, Ipv6: ipv6 } of configurations ?? []) {
    if (!subnetIds.includes(subnetId)) throw errors.subnetNotOfEndpoint(subnetId)
    if (ipv6 !== undefined) {
      throw invalidParameter(`An IPv6 address cannot be given in ${subnetId}: the endpoint's IP address type is ipv4.`)
    }
    if (addresses.has(subnetId)) throw invalidParameter(`The subnet ${subnetId} is configured more than once.`)
    if (ipv4 !== undefined) addresses.set(subnetId, ipv4)
  }
  return addresses
}

/**
 * An endpoint's interface in a subnet. It exists from the request on, before anybody has accepted anything: its address is
 * the consumer's, and no packet passes until the endpoint is available (reference 3.3).
 *
 * @throws InvalidIPAddress.InUse, InsufficientFreeAddressesInSubnet, InvalidParameterValue
 */
export function placeInterface(
  ctx: OperationContext,
  endpoint: { readonly vpcEndpointId: string; readonly groupIds: readonly string[] },
  subnet: Subnet,
  privateIp: string | undefined,
): NetworkInterface {
  return createNetworkInterface(ctx, {
    subnet,
    interfaceType: 'vpc_endpoint',
    groupIds: endpoint.groupIds,
    description: `VPC Endpoint Interface ${endpoint.vpcEndpointId}`,
    privateIp,
    vpcEndpointId: endpoint.vpcEndpointId,
  })
}
