import type { ModifyVpcEndpointRequest, ModifyVpcEndpointResult } from '@aws-sdk/client-ec2'
import { parseIpv6 } from '../../net/ipv6.ts'
import type { EndpointService } from '../../resource/endpoint-service.ts'
import type { NetworkInterface } from '../../resource/network-interface.ts'
import type { VpcEndpoint } from '../../resource/vpc-endpoint.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { invalidParameterCombination } from './errors.ts'
import * as errors from './errors-privatelink.ts'
import { requireOwned } from './owned.ts'
import { interfacesOf, ownRevision, shownState } from './vpc-endpoint.ts'
import { parseDnsOptions, parseIpAddressType, suits } from './vpc-endpoint-options.ts'
import { checkPolicy } from './vpc-endpoint-policy.ts'
import { enablePrivateDns } from './vpc-endpoint-private-dns.ts'
import {
  checkFamilies,
  chooseSubnets,
  fixedAddresses,
  placeInterface,
  resolveEndpointGroups,
  type WantedAddresses,
  withFamilies,
} from './vpc-endpoint-subnets.ts'

/**
 * Changes an endpoint's names, address families, subnets, addresses, security groups or policy.
 *
 * What is taken away goes before what is added, so that one call can move an endpoint to another subnet of a zone. An
 * interface keeps its address as long as its subnet stays; a new fixed address replaces it.
 * Source: EC2 API Reference, ModifyVpcEndpoint.
 *
 * @throws InvalidVpcEndpointId.NotFound, InvalidSubnetId.NotFound, DuplicateSubnetsInSameZone, InvalidGroup.NotFound,
 *         InvalidParameter, InvalidParameterCombination, InvalidState, InvalidIPAddress.InUse
 */
export const modifyVpcEndpoint: Operation<ModifyVpcEndpointRequest, ModifyVpcEndpointResult> = {
  action: 'ec2:ModifyVpcEndpoint',
  kind: 'write',

  handle(input, ctx) {
    const endpoint = requireOwned(ctx, 'vpc-endpoint', input.VpcEndpointId, errors.vpcEndpointId, 'VpcEndpointId')
    if (['deleting', 'failed', 'expired'].includes(endpoint.state)) {
      throw errors.invalidState(endpoint.vpcEndpointId, shownState(ctx, endpoint), 'modified')
    }
    if ((input.AddRouteTableIds?.length ?? 0) + (input.RemoveRouteTableIds?.length ?? 0) > 0) {
      throw errors.routeTablesForGatewaysOnly()
    }
    if (input.ResetPolicy && input.PolicyDocument) {
      throw invalidParameterCombination('The parameter ResetPolicy cannot be used with the parameter PolicyDocument')
    }
    if (input.PolicyDocument) checkPolicy(ctx, input.PolicyDocument, endpoint.serviceName)

    const readdressed = changeFamilies(ctx, endpoint, input)
    const renamed = changePrivateDns(ctx, readdressed, input.PrivateDnsEnabled)
    const regrouped = changeGroups(ctx, renamed, input)
    ctx.tx.put('vpc-endpoint', changeSubnets(ctx, regrouped, input))
    return { Return: true }
  },
}

/** The endpoint with other address families or record types; its interfaces follow in `changeSubnets`. */
function changeFamilies(ctx: OperationContext, endpoint: VpcEndpoint, input: ModifyVpcEndpointRequest): VpcEndpoint {
  const ipAddressType =
    input.IpAddressType === undefined || input.IpAddressType === endpoint.ipAddressType
      ? endpoint.ipAddressType
      : parseIpAddressType(input.IpAddressType, serviceOf(ctx, endpoint))
  const { dnsRecordIpType: old, ...rest } = endpoint
  const wanted = parseDnsOptions(input.DnsOptions ?? {}, ipAddressType, endpoint.vpcId)
  const kept = old !== undefined && suits(old, ipAddressType) ? old : undefined
  const dnsRecordIpType = wanted ?? kept
  return { ...rest, ipAddressType, ...(dnsRecordIpType && { dnsRecordIpType }) }
}

/** Asked for again, private DNS takes up the name that the service has now. */
function changePrivateDns(ctx: OperationContext, endpoint: VpcEndpoint, isWanted: boolean | undefined): VpcEndpoint {
  if (isWanted === undefined || isWanted === endpoint.privateDnsEnabled) return endpoint
  const { privateDns: _, ...rest } = endpoint
  if (!isWanted) return { ...rest, privateDnsEnabled: false }
  const vpc = requireOwned(ctx, 'vpc', endpoint.vpcId, errors.vpcId, 'VpcId')
  const service = ctx.tx.get('endpoint-service', endpoint.serviceId)
  return { ...rest, privateDnsEnabled: true, privateDns: enablePrivateDns(ctx, vpc, service, endpoint) }
}

/** The endpoint with other groups, which its interfaces join in the same batch. */
function changeGroups(ctx: OperationContext, endpoint: VpcEndpoint, input: ModifyVpcEndpointRequest): VpcEndpoint {
  const { AddSecurityGroupIds: added = [], RemoveSecurityGroupIds: removed = [] } = input
  if (added.length === 0 && removed.length === 0) return endpoint
  // Resolved for their errors: a group that does not exist is told differently from one that is not the endpoint's.
  if (removed.length > 0) resolveEndpointGroups(ctx, endpoint.vpcId, removed.slice(0, 1))
  for (const groupId of removed) {
    if (!endpoint.groupIds.includes(groupId)) throw errors.groupNotOfEndpoint(groupId, endpoint.vpcEndpointId)
  }
  const kept = endpoint.groupIds.filter((groupId) => !removed.includes(groupId))
  const wanted = [...kept, ...added]
  if (wanted.length === 0) throw errors.groupRequired()
  const groupIds = resolveEndpointGroups(ctx, endpoint.vpcId, wanted)
  for (const eni of interfacesOf(ctx.tx, endpoint)) ctx.tx.put('network-interface', { ...eni, groupIds })
  return { ...endpoint, groupIds }
}

/** The endpoint with other subnets or addresses, its interfaces made and removed. */
function changeSubnets(ctx: OperationContext, endpoint: VpcEndpoint, input: ModifyVpcEndpointRequest): VpcEndpoint {
  const { tx } = ctx
  const { AddSubnetIds: added = [], RemoveSubnetIds: removed = [] } = input
  for (const subnetId of removed) {
    requireOwned(ctx, 'subnet', subnetId, errors.subnetId, 'SubnetId')
    if (!endpoint.subnetIds.includes(subnetId)) throw errors.subnetNotOfEndpoint(subnetId, endpoint.vpcEndpointId)
  }
  const keptIds = endpoint.subnetIds.filter((subnetId) => !removed.includes(subnetId))
  const kept = keptIds.map((subnetId) => tx.get('subnet', subnetId)).filter((subnet) => subnet !== undefined)
  for (const subnet of kept) checkFamilies(subnet, endpoint.ipAddressType)
  const addresses = fixedAddresses(input.SubnetConfigurations, [...keptIds, ...added], endpoint.ipAddressType)
  const place = added.length > 0 ? chooseSubnets(ctx, endpoint, serviceOf(ctx, endpoint), added, kept) : []

  const interfaceOf = new Map(interfacesOf(tx, endpoint).map((eni) => [eni.subnetId, eni]))
  for (const subnetId of removed) {
    const eni = interfaceOf.get(subnetId)
    if (eni) tx.delete('network-interface', eni.networkInterfaceId)
  }
  const interfaces = [...kept, ...place].map((subnet) => {
    const eni = interfaceOf.get(subnet.subnetId)
    const wanted = addresses.get(subnet.subnetId)
    if (eni && !removed.includes(subnet.subnetId) && hasAddresses(eni, wanted)) {
      return withFamilies(ctx, eni, endpoint.ipAddressType, subnet, wanted)
    }
    const replacement = placeInterface(ctx, endpoint, subnet, wanted)
    if (eni) tx.delete('network-interface', eni.networkInterfaceId)
    return replacement
  })
  const networkInterfaceIds = interfaces.map((eni) => eni.networkInterfaceId)
  const isSame =
    networkInterfaceIds.join() === endpoint.networkInterfaceIds.join() &&
    interfaces.every((eni) => eni === interfaceOf.get(eni.subnetId))
  if (isSame) return endpoint
  return {
    ...endpoint,
    subnetIds: interfaces.map((eni) => eni.subnetId),
    networkInterfaceIds,
    placedAtRevision: ownRevision(tx),
  }
}

/** An IPv6 address that is wanted where there is none yet replaces nothing. */
function hasAddresses(eni: NetworkInterface, { ipv4, ipv6 }: WantedAddresses = {}): boolean {
  const own = eni.ipv6Addresses ?? []
  const wantedIpv6 = ipv6 === undefined ? undefined : parseIpv6(ipv6)
  return (
    (ipv4 === undefined || ipv4 === eni.privateIp) &&
    (ipv6 === undefined || own.length === 0 || own.some((address) => parseIpv6(address) === wantedIpv6))
  )
}

/** Endpoints outlive their service; then they can get no further zone. */
function serviceOf(ctx: OperationContext, endpoint: VpcEndpoint): EndpointService {
  const service = ctx.tx.get('endpoint-service', endpoint.serviceId)
  if (!service) throw errors.invalidServiceName(endpoint.serviceName)
  return service
}
