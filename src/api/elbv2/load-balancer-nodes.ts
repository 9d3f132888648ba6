import type { SubnetMapping } from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsError } from '../../aws/error.ts'
import { parseIpv6 } from '../../net/ipv6.ts'
import type { Listener, LoadBalancer, LoadBalancerZone } from '../../resource/load-balancer.ts'
import type { Subnet } from '../../resource/subnet.ts'
import { allocateIpv6 } from '../ec2/ipv6-address.ts'
import { availableAddressCount, createNetworkInterface } from '../ec2/network-interface.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { isVisible } from './load-balancer.ts'

/** The zones of a load balancer: where its nodes stand. CreateLoadBalancer and SetSubnets share them. */

/** What AWS wants free in a subnet of a load balancer, unless the address is given (reference 2.6). */
const freeAddressesNeeded = 8

/** @throws SubnetNotFound, InvalidConfigurationRequest, ValidationError, AllocationIdNotFound */
export function wantedSubnets(
  ctx: OperationContext,
  mappings: readonly SubnetMapping[],
  { scheme, ipAddressType }: Pick<LoadBalancer, 'scheme' | 'ipAddressType'>,
): { readonly subnets: readonly Subnet[]; readonly vpcId: string } {
  const subnets = mappings.map((mapping) => checkMapping(ctx, mapping, scheme, ipAddressType))
  const [first] = subnets
  if (!first) throw errors.validationError('At least one subnet must be specified')
  const { vpcId } = first
  if (subnets.some((subnet) => subnet.vpcId !== vpcId)) {
    throw errors.invalidConfigurationRequest('The subnets of a load balancer must belong to one VPC')
  }
  if (new Set(subnets.map((subnet) => subnet.availabilityZone)).size < subnets.length) {
    throw errors.subnetsInSameZone()
  }
  return { subnets, vpcId }
}

export function parseMappings(input: {
  readonly Subnets?: readonly string[] | undefined
  readonly SubnetMappings?: readonly SubnetMapping[] | undefined
}): readonly SubnetMapping[] {
  const { Subnets: subnetIds = [], SubnetMappings: mappings = [] } = input
  if (subnetIds.length > 0 && mappings.length > 0) {
    throw errors.validationError('Subnets and subnet mappings cannot be specified at the same time')
  }
  return mappings.length > 0 ? mappings : subnetIds.map((SubnetId) => ({ SubnetId }))
}

/** @throws InvalidConfigurationRequest, ValidationError */
export function parseIpAddressType(type: string | undefined): LoadBalancer['ipAddressType'] {
  if (type === undefined || type === 'ipv4') return 'ipv4'
  if (type === 'dualstack') return 'dualstack'
  if (type === 'dualstack-without-public-ipv4') {
    throw errors.invalidConfigurationRequest(
      `The IP address type '${type}' is not supported on load balancers with type 'network'`,
    )
  }
  throw errors.notInEnum(type, 'ipAddressType', ['dualstack', 'dualstack-without-public-ipv4', 'ipv4'])
}

/** @throws InvalidConfigurationRequest: it is for IPv6 only */
export function parseIpv6SourceNat(
  wish: string | undefined,
  ipAddressType: LoadBalancer['ipAddressType'],
): 'on' | 'off' | undefined {
  if (wish === undefined || wish === 'off') return wish
  if (wish !== 'on') throw errors.notInEnum(wish, 'enablePrefixForIpv6SourceNat', ['off', 'on'])
  if (ipAddressType === 'dualstack') return wish
  throw errors.invalidConfigurationRequest(
    "A prefix for IPv6 source NAT can be enabled only for load balancers with the IP address type 'dualstack'",
  )
}

/** What a request may say of the family that it is to have, or the answer to it. */
export const sourceNatOf = ({ enablePrefixForIpv6SourceNat }: Pick<LoadBalancer, 'enablePrefixForIpv6SourceNat'>) =>
  enablePrefixForIpv6SourceNat ?? 'off'

/**
 * AWS's own nodes need a prefix for UDP over IPv6; ours do not (api/settings.ts).
 *
 * @throws InvalidConfigurationRequest
 */
export function checkUdpOnDualstack(
  ctx: OperationContext,
  loadBalancer: Pick<LoadBalancer, 'ipAddressType' | 'enablePrefixForIpv6SourceNat'>,
  protocol: Listener['protocol'],
): void {
  const isUdp = protocol === 'UDP' || protocol === 'TCP_UDP'
  if (!isUdp || loadBalancer.ipAddressType !== 'dualstack' || sourceNatOf(loadBalancer) === 'on') return
  if (ctx.settings?.udpOnDualstack !== 'as-aws') return
  throw errors.invalidConfigurationRequest(
    `Listeners with the ${protocol} protocol on load balancers with the IP address type 'dualstack' need enablePrefixForIpv6SourceNat to be 'on'`,
  )
}

function checkMapping(
  ctx: OperationContext,
  mapping: SubnetMapping,
  scheme: LoadBalancer['scheme'],
  ipAddressType: LoadBalancer['ipAddressType'],
): Subnet {
  const subnet = ctx.tx.get('subnet', mapping.SubnetId)
  if (!subnet || !isVisible(ctx, subnet)) throw errors.subnetNotFound(mapping.SubnetId ?? '')
  if (mapping.AllocationId !== undefined) throw errors.allocationIdNotFound(mapping.AllocationId)
  const { IPv6Address: ipv6, SourceNatIpv6Prefix: prefix } = mapping
  if (ipAddressType === 'ipv4' && (ipv6 ?? prefix) !== undefined) {
    throw errors.invalidConfigurationRequest("You cannot specify IPv6 addresses with the IP address type 'ipv4'")
  }
  if (ipv6 !== undefined && parseIpv6(ipv6) === undefined) {
    throw errors.validationError(`The IPv6 address '${ipv6}' is not valid`)
  }
  if (prefix !== undefined && prefix !== 'auto_assigned') {
    throw errors.invalidConfigurationRequest(
      "Source NAT prefixes of your own are not supported by this installation; specify 'auto_assigned'",
    )
  }
  if (ipAddressType === 'dualstack') checkIpv6Of(subnet)
  if (mapping.PrivateIPv4Address !== undefined && scheme !== 'internal') {
    throw errors.invalidConfigurationRequest('Private IPv4 addresses can be specified only for internal load balancers')
  }
  return subnet
}

/** @throws InvalidSubnet */
export function checkIpv6Of({ subnetId, ipv6CidrBlock }: Subnet): void {
  if (ipv6CidrBlock !== undefined) return
  throw errors.invalidSubnet(`The subnet '${subnetId}' must have an associated IPv6 CIDR block`)
}

/** The node with an IPv6 address or without; the same one if it is so already. */
export function giveFamily(
  ctx: OperationContext,
  zone: LoadBalancerZone,
  ipAddressType: LoadBalancer['ipAddressType'],
  wanted?: string,
): LoadBalancerZone {
  const eni = ctx.tx.get('network-interface', zone.networkInterfaceId)
  const subnet = ctx.tx.get('subnet', zone.subnetId)
  if (!eni || !subnet) throw new Error(`node ${zone.networkInterfaceId} is not there`)
  const { ipv6Addresses = [], ...bareNode } = eni
  const { ipv6Address: _, ...bareZone } = zone
  if (ipv6Addresses.length > 0 === (ipAddressType === 'dualstack')) return zone
  if (ipAddressType === 'ipv4') {
    ctx.tx.put('network-interface', bareNode)
    return bareZone
  }
  checkIpv6Of(subnet)
  const address = allocateIpv6(ctx, subnet, wanted)
  ctx.tx.put('network-interface', { ...eni, ipv6Addresses: [address] })
  return { ...zone, ...(wanted !== undefined && { ipv6Address: address }) }
}

/** A node's interface. EC2's refusal of an address is told in this service's words. */
export function createNode(
  ctx: OperationContext,
  subnet: Subnet,
  { PrivateIPv4Address: privateIp, IPv6Address: ipv6 }: Pick<SubnetMapping, 'PrivateIPv4Address' | 'IPv6Address'>,
  ipAddressType: LoadBalancer['ipAddressType'],
  node: { readonly loadBalancerArn: string; readonly description: string; readonly groupIds: readonly string[] },
): LoadBalancerZone {
  if (privateIp === undefined && availableAddressCount(ctx.tx, subnet) < freeAddressesNeeded) {
    throw errors.invalidSubnet(
      `Not enough IP space available in ${subnet.subnetId}. ELB requires at least ${freeAddressesNeeded} free IP addresses in each subnet.`,
    )
  }
  try {
    const { networkInterfaceId } = createNetworkInterface(ctx, {
      subnet,
      interfaceType: 'network_load_balancer',
      groupIds: [...node.groupIds],
      description: node.description,
      privateIp,
      loadBalancerArn: node.loadBalancerArn,
    })
    const { availabilityZone, availabilityZoneId, subnetId } = subnet
    const zone = {
      availabilityZone,
      availabilityZoneId,
      subnetId,
      networkInterfaceId,
      ...(privateIp !== undefined && { privateIpv4Address: privateIp }),
    }
    return giveFamily(ctx, zone, ipAddressType, ipv6)
  } catch (error) {
    if (error instanceof AwsError && (privateIp ?? ipv6) !== undefined)
      throw errors.invalidConfigurationRequest(error.message)
    throw error
  }
}
