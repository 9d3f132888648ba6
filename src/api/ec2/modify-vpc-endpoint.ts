import type { ModifyVpcEndpointRequest, ModifyVpcEndpointResult } from '@aws-sdk/client-ec2'
import type { EndpointService } from '../../resource/endpoint-service.ts'
import type { VpcEndpoint } from '../../resource/vpc-endpoint.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { invalidParameterCombination } from './errors.ts'
import * as errors from './errors-privatelink.ts'
import { requireOwned } from './owned.ts'
import { resolveGroups } from './security-group.ts'
import { interfacesOf, ownRevision } from './vpc-endpoint.ts'
import { checkEndpointOptions } from './vpc-endpoint-options.ts'
import { checkPolicy } from './vpc-endpoint-policy.ts'
import { chooseSubnets, fixedAddresses, placeInterface } from './vpc-endpoint-subnets.ts'

/**
 * Changes an endpoint's subnets, addresses, security groups or policy.
 *
 * What is taken away goes before what is added, so that one call can move an endpoint to another subnet of a zone. An
 * interface keeps its address as long as its subnet stays; a new fixed address replaces it.
 * Source: EC2 API Reference, ModifyVpcEndpoint.
 *
 * @throws InvalidVpcEndpointId.NotFound, InvalidSubnetId.NotFound, DuplicateSubnetsInSameZone, InvalidGroup.NotFound,
 *         InvalidParameter, InvalidState, InvalidIPAddress.InUse
 */
export const modifyVpcEndpoint: Operation<ModifyVpcEndpointRequest, ModifyVpcEndpointResult> = {
  action: 'ec2:ModifyVpcEndpoint',
  kind: 'write',
  missing: ['Private DNS and IPv6 are refused.'],

  handle(input, ctx) {
    const endpoint = requireOwned(ctx, 'vpc-endpoint', input.VpcEndpointId, errors.vpcEndpointId, 'VpcEndpointId')
    if (endpoint.state === 'deleting' || endpoint.state === 'failed') {
      throw errors.invalidState(endpoint.vpcEndpointId, endpoint.state, 'modified')
    }
    if ((input.AddRouteTableIds?.length ?? 0) + (input.RemoveRouteTableIds?.length ?? 0) > 0) {
      throw errors.routeTablesForGatewaysOnly()
    }
    checkEndpointOptions(input, endpoint)
    if (input.ResetPolicy && input.PolicyDocument) {
      throw invalidParameterCombination('The parameter ResetPolicy cannot be used with the parameter PolicyDocument')
    }
    if (input.PolicyDocument) checkPolicy(input.PolicyDocument, endpoint.serviceName)

    const regrouped = changeGroups(ctx, endpoint, input)
    ctx.tx.put('vpc-endpoint', changeSubnets(ctx, regrouped, input))
    return { Return: true }
  },
}

/** The endpoint with other groups, which its interfaces join in the same batch. */
function changeGroups(ctx: OperationContext, endpoint: VpcEndpoint, input: ModifyVpcEndpointRequest): VpcEndpoint {
  const { AddSecurityGroupIds: added = [], RemoveSecurityGroupIds: removed = [] } = input
  if (added.length === 0 && removed.length === 0) return endpoint
  // Resolved for their errors: a group that does not exist is told differently from one that is not the endpoint's.
  if (removed.length > 0) resolveGroups(ctx.tx, endpoint.vpcId, removed.slice(0, 1))
  for (const groupId of removed) {
    if (!endpoint.groupIds.includes(groupId)) throw errors.groupNotOfEndpoint(groupId, endpoint.vpcEndpointId)
  }
  const kept = endpoint.groupIds.filter((groupId) => !removed.includes(groupId))
  const wanted = [...kept, ...added]
  if (wanted.length === 0) throw errors.groupRequired()
  const groupIds = resolveGroups(ctx.tx, endpoint.vpcId, wanted)
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
  const addresses = fixedAddresses(input.SubnetConfigurations, [...keptIds, ...added])
  const place = added.length > 0 ? chooseSubnets(ctx, endpoint.vpcId, serviceOf(ctx, endpoint), added, kept) : []

  const interfaceOf = new Map(interfacesOf(tx, endpoint).map((eni) => [eni.subnetId, eni]))
  for (const subnetId of removed) {
    const eni = interfaceOf.get(subnetId)
    if (eni) tx.delete('network-interface', eni.networkInterfaceId)
  }
  const interfaces = [...kept, ...place].map((subnet) => {
    const eni = interfaceOf.get(subnet.subnetId)
    const address = addresses.get(subnet.subnetId)
    if (eni && !removed.includes(subnet.subnetId) && (address === undefined || address === eni.privateIp)) return eni
    const replacement = placeInterface(ctx, endpoint, subnet, address)
    if (eni) tx.delete('network-interface', eni.networkInterfaceId)
    return replacement
  })
  const networkInterfaceIds = interfaces.map((eni) => eni.networkInterfaceId)
  if (networkInterfaceIds.join() === endpoint.networkInterfaceIds.join()) return endpoint
  return {
    ...endpoint,
    subnetIds: interfaces.map((eni) => eni.subnetId),
    networkInterfaceIds,
    placedAtRevision: ownRevision(tx),
  }
}

/** Endpoints outlive their service; then they can get no further zone. */
function serviceOf(ctx: OperationContext, endpoint: VpcEndpoint): EndpointService {
  const service = ctx.tx.get('endpoint-service', endpoint.serviceId)
  if (!service) throw errors.invalidServiceName(endpoint.serviceName)
  return service
}
