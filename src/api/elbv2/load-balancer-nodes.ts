import type { SubnetMapping } from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsError } from '../../aws/error.ts'
import type { LoadBalancer, LoadBalancerZone } from '../../resource/load-balancer.ts'
import type { Subnet } from '../../resource/subnet.ts'
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
  scheme: LoadBalancer['scheme'],
): { readonly subnets: readonly Subnet[]; readonly vpcId: string } {
  const subnets = mappings.map((mapping) => checkMapping(ctx, mapping, scheme))
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

/** @throws InvalidConfigurationRequest for what AWS has and this installation does not carry */
export function parseIpAddressType(type: string | undefined): LoadBalancer['ipAddressType'] {
  if (type === undefined || type === 'ipv4') return 'ipv4'
  if (type === 'dualstack') {
    throw errors.invalidConfigurationRequest(
      "IPv6 load balancers are not supported by this installation; specify the IP address type 'ipv4'",
    )
  }
  if (type === 'dualstack-without-public-ipv4') {
    throw errors.invalidConfigurationRequest(
      `The IP address type '${type}' is not supported on load balancers with type 'network'`,
    )
  }
  throw errors.notInEnum(type, 'ipAddressType', ['dualstack', 'dualstack-without-public-ipv4', 'ipv4'])
}

/** @throws InvalidConfigurationRequest: it is for IPv6 only */
export function refuseIpv6SourceNat(wish: string | undefined): void {
  if (wish === undefined || wish === 'off') return
  if (wish !== 'on') throw errors.notInEnum(wish, 'enablePrefixForIpv6SourceNat', ['off', 'on'])
  throw errors.invalidConfigurationRequest(
    "A prefix for IPv6 source NAT can be enabled only for load balancers with the IP address type 'dualstack'",
  )
}

function checkMapping(ctx: OperationContext, mapping: SubnetMapping, scheme: LoadBalancer['scheme']): Subnet {
  const subnet = ctx.tx.get('subnet', mapping.SubnetId)
  if (!subnet || !isVisible(ctx, subnet)) throw errors.subnetNotFound(mapping.SubnetId ?? '')
  if (mapping.AllocationId !== undefined) throw errors.allocationIdNotFound(mapping.AllocationId)
  if (mapping.IPv6Address !== undefined || mapping.SourceNatIpv6Prefix !== undefined) {
    throw errors.invalidConfigurationRequest("You cannot specify IPv6 addresses with the IP address type 'ipv4'")
  }
  if (mapping.PrivateIPv4Address !== undefined && scheme !== 'internal') {
    throw errors.invalidConfigurationRequest('Private IPv4 addresses can be specified only for internal load balancers')
  }
  return subnet
}

/** A node's interface. EC2's refusal of an address is told in this service's words. */
export function createNode(
  ctx: OperationContext,
  subnet: Subnet,
  privateIp: string | undefined,
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
    return {
      availabilityZone,
      availabilityZoneId,
      subnetId,
      networkInterfaceId,
      ...(privateIp !== undefined && { privateIpv4Address: privateIp }),
    }
  } catch (error) {
    if (error instanceof AwsError && privateIp !== undefined) throw errors.invalidConfigurationRequest(error.message)
    throw error
  }
}
