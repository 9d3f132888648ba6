import type { CreateVpcEndpointRequest, CreateVpcEndpointResult } from '@aws-sdk/client-ec2'
import type { VpcEndpoint, VpcEndpointState } from '../../resource/vpc-endpoint.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { checkQuota, quotas } from '../quota.ts'
import { invalidParameterCombination, missingParameter } from './errors.ts'
import * as errors from './errors-privatelink.ts'
import { requireOwned } from './owned.ts'
import { tagsFromSpecifications } from './tags.ts'
import { describeVpcEndpoint, ownRevision } from './vpc-endpoint.ts'
import { awsServicesNamed } from './vpc-endpoint-aws-service.ts'
import { parseDnsOptions, parseIpAddressType } from './vpc-endpoint-options.ts'
import { checkPolicy } from './vpc-endpoint-policy.ts'
import { enablePrivateDns, privateDnsByDefault } from './vpc-endpoint-private-dns.ts'
import { requirePermittedService } from './vpc-endpoint-service.ts'
import { chooseSubnets, fixedAddresses, placeInterface, resolveEndpointGroups } from './vpc-endpoint-subnets.ts'

/** Of the DNS suffix (reference 4). */
const lowercaseAlphanumeric = 'abcdefghijklmnopqrstuvwxyz0123456789'

/**
 * Records that the caller wants an endpoint, with its interfaces and their addresses; the agent makes it true later.
 *
 * Parsing, SigV4, IAM, DryRun and ClientToken replay have all happened before this runs. What does not exist here is told
 * as AWS tells it of what does not exist there: resource configurations, service networks, Gateway Load Balancers. AWS's
 * own services are listed and not here: their refusal says so.
 * Source: EC2 API Reference, CreateVpcEndpoint.
 *
 * @throws InvalidVpcID.NotFound, InvalidServiceName, InvalidParameter,
 *         InvalidSubnetId.NotFound, DuplicateSubnetsInSameZone, InvalidGroup.NotFound, InvalidIPAddress.InUse,
 *         VpcEndpointLimitExceeded, InvalidResourceConfigurationArn.NotFound, UnsupportedOperation
 */
export const createVpcEndpoint: Operation<CreateVpcEndpointRequest, CreateVpcEndpointResult> = {
  action: 'ec2:CreateVpcEndpoint',
  kind: 'write',

  handle(input, ctx) {
    const { tx } = ctx
    checkType(input)
    const vpc = requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'VpcId')
    const service = requireService(input, ctx)
    const ipAddressType = parseIpAddressType(input.IpAddressType ?? 'ipv4', service)
    const dnsRecordIpType = parseDnsOptions(input.DnsOptions ?? {}, ipAddressType, vpc.vpcId)
    if (input.PolicyDocument) checkPolicy(ctx, input.PolicyDocument, service.serviceName)
    checkQuota(ctx, quotas.interfaceEndpointsPerVpc, tx.countBy('vpc-endpoint', 'vpcId', vpc.vpcId))

    const state: VpcEndpointState = service.acceptanceRequired ? 'pendingAcceptance' : 'available'
    const { serviceName } = service
    const isPrivate = input.PrivateDnsEnabled ?? privateDnsByDefault
    const privateDns = isPrivate ? enablePrivateDns(ctx, vpc, service, { serviceName, state }) : undefined
    const subnetIds = input.SubnetIds ?? []
    const subnets = chooseSubnets(ctx, { vpcId: vpc.vpcId, ipAddressType }, service, subnetIds)
    const addresses = fixedAddresses(input.SubnetConfigurations, subnetIds, ipAddressType)
    const groupIds = resolveEndpointGroups(ctx, vpc.vpcId, input.SecurityGroupIds)
    const tags = tagsFromSpecifications(input.TagSpecifications, 'vpc-endpoint')

    const vpcEndpointId = ctx.newId('vpce')
    const interfaces = subnets.map((subnet) =>
      placeInterface(ctx, { vpcEndpointId, groupIds, ipAddressType }, subnet, addresses.get(subnet.subnetId)),
    )
    const { arn, roleArn } = ctx.principal
    const endpoint: VpcEndpoint = {
      vpcEndpointId,
      ownerId: ctx.accountId,
      region: ctx.region,
      vpcId: vpc.vpcId,
      serviceId: service.serviceId,
      serviceName,
      ...(service.region !== ctx.region && { serviceRegion: service.region }),
      state,
      placedAtRevision: ownRevision(tx),
      subnetIds: subnets.map((subnet) => subnet.subnetId),
      networkInterfaceIds: interfaces.map((eni) => eni.networkInterfaceId),
      groupIds,
      dnsSuffix: ctx.randomText(8, lowercaseAlphanumeric),
      ipAddressType,
      ...(dnsRecordIpType && { dnsRecordIpType }),
      privateDnsEnabled: privateDns !== undefined,
      ...(privateDns && { privateDns }),
      requestedBy: roleArn === undefined ? { arn } : { arn, roleArn },
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

const endpointTypes = ['Interface', 'Gateway', 'GatewayLoadBalancer', 'Resource', 'ServiceNetwork'] as const

/**
 * What the endpoint type alone decides. AWS's default type is Gateway: leaving it out is the commonest mistake, and its
 * answer must say so before anything else is looked at.
 */
function checkType(input: CreateVpcEndpointRequest): void {
  const type = endpointTypes.find((known) => known === (input.VpcEndpointType ?? 'Gateway'))
  if (!type) throw errors.invalidEndpointType(input.VpcEndpointType ?? '')
  const isEmpty = (list: readonly unknown[] | undefined) => (list?.length ?? 0) === 0
  if (type === 'Gateway' && !(isEmpty(input.SubnetIds) && isEmpty(input.SubnetConfigurations))) {
    throw errors.subnetsNotForGateways()
  }
  if (type !== 'Gateway' && !isEmpty(input.RouteTableIds)) throw errors.routeTablesForGatewaysOnly()
  if (type !== 'Resource' && input.ResourceConfigurationArn) {
    throw errors.onlyForType('ResourceConfigurationArn', 'Resource')
  }
  if (type !== 'ServiceNetwork' && input.ServiceNetworkArn) {
    throw errors.onlyForType('ServiceNetworkArn', 'ServiceNetwork')
  }
  if (input.ServiceName && (type === 'Resource' || type === 'ServiceNetwork')) {
    throw invalidParameterCombination(`The parameter ServiceName cannot be used with the VPC endpoint type ${type}`)
  }
}

/** The endpoint service that the caller names: the last of the things that the endpoint type decides. */
function requireService(input: CreateVpcEndpointRequest, ctx: OperationContext) {
  const type = input.VpcEndpointType ?? 'Gateway'
  if (type === 'Resource') {
    throw absent(input.ResourceConfigurationArn, 'ResourceConfigurationArn', {
      form: /^arn:aws:vpc-lattice:[a-z0-9-]+:\d{12}:resourceconfiguration\/rcfg-[0-9a-z]{17}$/,
      ...errors.resourceConfigurationArn,
    })
  }
  if (type === 'ServiceNetwork') {
    throw absent(input.ServiceNetworkArn, 'ServiceNetworkArn', {
      form: /^arn:aws:vpc-lattice:[a-z0-9-]+:\d{12}:servicenetwork\/sn-[0-9a-z]{17}$/,
      ...errors.serviceNetworkArn,
    })
  }
  if (!input.ServiceName) throw missingParameter('ServiceName')
  const serviceRegion = input.ServiceRegion || ctx.region
  const ofAws = awsServicesNamed(serviceRegion, input.ServiceName)
  if (ofAws.length > 0) {
    const types = ofAws.map(({ serviceType }) => serviceType)
    throw types.some((known) => known === type)
      ? errors.awsServiceNotHere(input.ServiceName)
      : errors.typeDoesNotMatch(type, types)
  }
  const service = requirePermittedService(ctx, input.ServiceName, [serviceRegion])
  if (type !== 'Interface') throw errors.typeDoesNotMatch(type, ['Interface'])
  return service
}

/** The error about the ARN of something of which there is none here. */
function absent(
  arn: string | undefined,
  parameter: string,
  { form, malformed, notFound }: { readonly form: RegExp } & typeof errors.resourceConfigurationArn,
) {
  if (!arn) return missingParameter(parameter)
  return form.test(arn) ? notFound(arn) : malformed(arn)
}
