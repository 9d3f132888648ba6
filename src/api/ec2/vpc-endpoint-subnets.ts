import type { SubnetConfiguration } from '@aws-sdk/client-ec2'
import type { EndpointService } from '../../resource/endpoint-service.ts'
import { zonesOf } from '../../resource/geography.ts'
import type { NetworkInterface } from '../../resource/network-interface.ts'
import type { Subnet } from '../../resource/subnet.ts'
import type { VpcEndpoint } from '../../resource/vpc-endpoint.ts'
import type { OperationContext } from '../operation.ts'
import { quotas, quotaValue } from '../quota.ts'
import { invalidParameter } from './errors.ts'
import * as errors from './errors-privatelink.ts'
import { allocateIpv6 } from './ipv6-address.ts'
import { createNetworkInterface } from './network-interface.ts'
import { requireOwned } from './owned.ts'
import { resolveGroups } from './security-group.ts'

/** Zones from which no service of another Region can be reached (reference 3.9). */
const zonesWithoutRemoteAccess: ReadonlySet<string> = new Set([
  'use1-az3',
  'usw1-az2',
  'apne1-az3',
  'apne2-az2',
  'apne2-az4',
])

/**
 * The subnets that a caller gives to an endpoint: of its VPC, of its address families, each in another zone, each zone one
 * of the service's. A service of another Region has no zones in common with the VPC: there any zone will do, but for a few.
 *
 * Zones are those of the service (`EndpointService.availabilityZones`), not of its load balancers: a zone that a load
 * balancer gained counts only after ModifyVpcEndpointServiceConfiguration (reference 3.8).
 *
 * @param taken  subnets that the endpoint has already
 * @throws InvalidSubnetId.NotFound, InvalidParameter, DuplicateSubnetsInSameZone
 */
export function chooseSubnets(
  ctx: OperationContext,
  { vpcId, ipAddressType }: Pick<VpcEndpoint, 'vpcId' | 'ipAddressType'>,
  service: Pick<EndpointService, 'serviceName' | 'region' | 'availabilityZones'>,
  subnetIds: readonly string[],
  taken: readonly Subnet[] = [],
): readonly Subnet[] {
  const zones = new Set(taken.map((subnet) => subnet.availabilityZone))
  return subnetIds.map((subnetId) => {
    const subnet = requireOwned(ctx, 'subnet', subnetId, errors.subnetId, 'SubnetId')
    if (subnet.vpcId !== vpcId) throw errors.subnetOfOtherVpc(subnetId, vpcId)
    checkZone(service, subnet)
    checkFamilies(subnet, ipAddressType)
    if (zones.has(subnet.availabilityZone)) throw errors.duplicateSubnetsInSameZone(subnetId)
    zones.add(subnet.availabilityZone)
    return subnet
  })
}

function checkZone(
  { serviceName, region, availabilityZones }: Pick<EndpointService, 'serviceName' | 'region' | 'availabilityZones'>,
  subnet: Subnet,
): void {
  if (region === subnet.region) {
    if (availabilityZones.includes(subnet.availabilityZone)) return
    throw errors.zoneNotSupported(serviceName, subnet.subnetId, availabilityZones)
  }
  if (!zonesWithoutRemoteAccess.has(subnet.availabilityZoneId)) return
  const zoneIds = zonesOf(subnet.region).map(({ zoneId }) => zoneId)
  throw errors.zoneWithoutRemoteAccess(zoneIds.filter((zoneId) => !zonesWithoutRemoteAccess.has(zoneId)))
}

/**
 * Whether a subnet has the families that an endpoint needs (reference 3.10). Every subnet here has IPv4, and `ipv6` asks
 * for one that has nothing else, so no subnet suits it.
 *
 * @throws InvalidParameter
 */
export function checkFamilies({ subnetId, ipv6CidrBlock }: Subnet, type: VpcEndpoint['ipAddressType']): void {
  if (type === 'ipv4' || (type === 'dualstack' && ipv6CidrBlock !== undefined)) return
  throw errors.subnetWithoutFamily(subnetId, type)
}

/** What a caller wants of an interface's addresses; what is absent is chosen. */
export interface WantedAddresses {
  readonly ipv4?: string
  readonly ipv6?: string
}

/**
 * The fixed addresses of a request, by subnet.
 *
 * @param subnetIds  every subnet that the endpoint is to have; a configuration for another is refused
 * @throws InvalidParameter
 */
export function fixedAddresses(
  configurations: readonly SubnetConfiguration[] | undefined,
  subnetIds: readonly string[],
  ipAddressType: VpcEndpoint['ipAddressType'],
): ReadonlyMap<string, WantedAddresses> {
  const addresses = new Map<string, WantedAddresses>()
  for (const { SubnetId: subnetId = '', Ipv4: ipv4, Ipv6: ipv6 } of configurations ?? []) {
    if (!subnetIds.includes(subnetId)) throw errors.subnetNotOfEndpoint(subnetId)
    if (ipv6 !== undefined && ipAddressType === 'ipv4') {
      throw invalidParameter(`An IPv6 address cannot be given in ${subnetId}: the endpoint's IP address type is ipv4.`)
    }
    if (addresses.has(subnetId)) throw invalidParameter(`The subnet ${subnetId} is configured more than once.`)
    addresses.set(subnetId, { ...(ipv4 !== undefined && { ipv4 }), ...(ipv6 !== undefined && { ipv6 }) })
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
  endpoint: Pick<VpcEndpoint, 'vpcEndpointId' | 'groupIds' | 'ipAddressType'>,
  subnet: Subnet,
  wanted: WantedAddresses = {},
): NetworkInterface {
  const eni = createNetworkInterface(ctx, {
    subnet,
    interfaceType: 'vpc_endpoint',
    groupIds: endpoint.groupIds,
    description: `VPC Endpoint Interface ${endpoint.vpcEndpointId}`,
    privateIp: wanted.ipv4,
    vpcEndpointId: endpoint.vpcEndpointId,
  })
  return withFamilies(ctx, eni, endpoint.ipAddressType, subnet, wanted)
}

/** The interface with an IPv6 address or without, as the endpoint's address families ask; the same one if it is so already. */
export function withFamilies(
  ctx: OperationContext,
  eni: NetworkInterface,
  type: VpcEndpoint['ipAddressType'],
  subnet: Subnet,
  wanted: WantedAddresses = {},
): NetworkInterface {
  const { ipv6Addresses = [], ...rest } = eni
  if (ipv6Addresses.length > 0 === (type !== 'ipv4')) return eni
  const changed = type === 'ipv4' ? rest : { ...rest, ipv6Addresses: [allocateIpv6(ctx, subnet, wanted.ipv6)] }
  ctx.tx.put('network-interface', changed)
  return changed
}

/**
 * The groups of an endpoint's interfaces: those that were asked for, or the VPC's default group.
 *
 * @throws InvalidGroup.NotFound, InvalidGroupId.Malformed, SecurityGroupsPerInterfaceLimitExceeded
 */
export function resolveEndpointGroups(
  ctx: OperationContext,
  vpcId: string,
  groupIds: readonly string[] | undefined,
): readonly string[] {
  return resolveGroups(ctx.tx, vpcId, groupIds, undefined, quotaValue(ctx, quotas.securityGroupsPerInterface))
}
