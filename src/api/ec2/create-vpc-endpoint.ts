import type { CreateVpcEndpointRequest, CreateVpcEndpointResult } from '@aws-sdk/client-ec2'
import type { VpcEndpoint } from '../../resource/vpc-endpoint.ts'
import type { Operation } from '../operation.ts'
import { missingParameter, notSupported } from './errors.ts'
import * as errors from './errors-privatelink.ts'
import { requireOwned } from './owned.ts'
import { resolveGroups } from './security-group.ts'
import { tagsFromSpecifications } from './tags.ts'
import { describeVpcEndpoint, ownRevision } from './vpc-endpoint.ts'
import { checkEndpointOptions } from './vpc-endpoint-options.ts'
import { checkPolicy } from './vpc-endpoint-policy.ts'
import { requirePermittedService } from './vpc-endpoint-service.ts'
import { chooseSubnets, fixedAddresses, placeInterface } from './vpc-endpoint-subnets.ts'

/** Of the DNS suffix (reference 4). */
const lowercaseAlphanumeric = 'abcdefghijklmnopqrstuvwxyz0123456789'

/**
 * Records that the caller wants an endpoint, with its interfaces and their addresses; the agent makes it true later.
 *
 * Parsing, SigV4, IAM, DryRun and ClientToken replay have all happened before this runs.
 * Source: EC2 API Reference, CreateVpcEndpoint.
 *
 * @throws InvalidVpcId.NotFound (spelt Id here, ID in DescribeVpcs), InvalidServiceName, InvalidParameter,
 *         InvalidSubnetId.NotFound, DuplicateSubnetsInSameZone, InvalidGroup.NotFound, InvalidIPAddress.InUse
 */
export const createVpcEndpoint: Operation<CreateVpcEndpointRequest, CreateVpcEndpointResult> = {
  action: 'ec2:CreateVpcEndpoint',
  kind: 'write',
  missing: [
    'Only interface endpoints to endpoint services; AWS services and the other endpoint types are refused.',
    'Private DNS, IPv6 and cross-Region access are refused.',
    'The quota of endpoints per VPC is not enforced.',
  ],

  handle(input, ctx) {
    const { tx } = ctx
    checkType(input)
    const vpc = requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'VpcId')
    if (!input.ServiceName) throw missingParameter('ServiceName')
    if (input.ServiceRegion !== undefined && input.ServiceRegion !== ctx.region) {
      throw notSupported('Cross-Region access to endpoint services')
    }
    const service = requirePermittedService(ctx, input.ServiceName)
    const type = input.VpcEndpointType ?? 'Gateway'
    if (type !== 'Interface') throw errors.typeDoesNotMatch(type)
    checkEndpointOptions(input, service)
    if (input.PolicyDocument) checkPolicy(input.PolicyDocument, service.serviceName)

    const subnets = chooseSubnets(ctx, vpc.vpcId, service, input.SubnetIds ?? [])
    const addresses = fixedAddresses(input.SubnetConfigurations, input.SubnetIds ?? [])
    const groupIds = resolveGroups(tx, vpc.vpcId, input.SecurityGroupIds)
    const tags = tagsFromSpecifications(input.TagSpecifications, 'vpc-endpoint')

    const vpcEndpointId = ctx.newId('vpce')
    const interfaces = subnets.map((subnet) =>
      placeInterface(ctx, { vpcEndpointId, groupIds }, subnet, addresses.get(subnet.subnetId)),
    )
    const endpoint: VpcEndpoint = {
      vpcEndpointId,
      ownerId: ctx.accountId,
      region: ctx.region,
      vpcId: vpc.vpcId,
      serviceId: service.serviceId,
      serviceName: service.serviceName,
      state: service.acceptanceRequired ? 'pendingAcceptance' : 'available',
      placedAtRevision: ownRevision(tx),
      subnetIds: subnets.map((subnet) => subnet.subnetId),
      networkInterfaceIds: interfaces.map((eni) => eni.networkInterfaceId),
      groupIds,
      dnsSuffix: ctx.randomText(8, lowercaseAlphanumeric),
      ipAddressType: 'ipv4',
      privateDnsEnabled: false,
      vpcEndpointConnectionId: ctx.newId('vpce-con'),
      createdAt: ctx.now.toISOString(),
      tags,
    }
    tx.put('vpc-endpoint', endpoint)
    return {
      VpcEndpoint: describeVpcEndpoint(ctx, endpoint),
      ...(input.ClientToken && { ClientToken: input.ClientToken }),
    }
  },
}

/**
 * What the endpoint type alone decides. AWS's default type is Gateway: leaving it out is the commonest mistake, and its
 * answer must say so before anything else is looked at.
 */
function checkType(input: CreateVpcEndpointRequest): void {
  const type: string = input.VpcEndpointType ?? 'Gateway'
  if (type === 'Resource' || type === 'ServiceNetwork') throw notSupported(`The Vpc Endpoint type '${type}'`)
  if (type !== 'Interface' && type !== 'Gateway' && type !== 'GatewayLoadBalancer') {
    throw errors.invalidEndpointType(type)
  }
  if (type === 'Gateway' && (input.SubnetIds?.length ?? 0) > 0) throw errors.subnetsNotForGateways()
  if (type !== 'Gateway' && (input.RouteTableIds?.length ?? 0) > 0) throw errors.routeTablesForGatewaysOnly()
}
