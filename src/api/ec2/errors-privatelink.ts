import { AwsError } from '../../aws/error.ts'
import { type IdErrors, invalidParameter } from './errors.ts'

/**
 * The errors of EC2's PrivateLink operations; those that all of EC2 shares are in `errors.ts`.
 *
 * Codes: EC2 API Reference, and reference 9.3. Wordings marked [seen] were quoted by users of AWS in public; the others
 * say it in AWS's manner.
 */

const endpointNotFoundText = (id: string) => `The Vpc Endpoint Id '${id}' does not exist`
const serviceNotFoundText = (id: string) => `The VpcEndpointService Id '${id}' does not exist`

/** [seen] */
const malformedText = (noun: string, prefix: string, id: string) =>
  `Invalid ${noun}: '${id}' (expecting '${prefix}-...; the Id may only contain lowercase alphanumeric characters and a single dash')`

export const vpcEndpointId: IdErrors = {
  prefix: 'vpce',
  malformed: (id) => new AwsError('InvalidVpcEndpointId.Malformed', malformedText('Vpc Endpoint Id', 'vpce', id)),
  notFound: (...ids) => new AwsError('InvalidVpcEndpointId.NotFound', endpointNotFoundText(ids.join(', '))),
}

/** `IdId` is AWS's spelling. */
export const vpcEndpointServiceId: IdErrors = {
  prefix: 'vpce-svc',
  malformed: (id) =>
    new AwsError('InvalidVpcEndpointServiceIdId.Malformed', malformedText('VpcEndpointService Id', 'vpce-svc', id)),
  notFound: (...ids) => new AwsError('InvalidVpcEndpointServiceId.NotFound', serviceNotFoundText(ids.join(', '))),
}

/** Reference 9.3: `Id` in the code for a malformed one, `ID` for one that does not exist. */
export const vpcId: IdErrors = {
  prefix: 'vpc',
  malformed: (id) => new AwsError('InvalidVpcId.Malformed', malformedText('Vpc Id', 'vpc', id)),
  notFound: (...ids) => new AwsError('InvalidVpcID.NotFound', `The vpc ID '${ids.join(', ')}' does not exist`),
}

export const subnetId: IdErrors = {
  prefix: 'subnet',
  malformed: (id) => new AwsError('InvalidSubnetId.Malformed', malformedText('Subnet Id', 'subnet', id)),
  notFound: (...ids) => new AwsError('InvalidSubnetId.NotFound', `The subnet ID '${ids.join(', ')}' does not exist`),
}

// Bulk calls: these go into `unsuccessful`, and their codes lack `Id`.

export const endpointNotFound = (id: string) => new AwsError('InvalidVpcEndpoint.NotFound', endpointNotFoundText(id))

export const serviceNotFound = (id: string) =>
  new AwsError('InvalidVpcEndpointService.NotFound', serviceNotFoundText(id))

/** [seen] */
export const existingConnections = () =>
  new AwsError('ExistingVpcEndpointConnections', 'Service has existing active VPC Endpoint connections!')

export const invalidState = (vpcEndpointId: string, state: string, verb: 'accepted' | 'rejected' | 'modified') =>
  new AwsError('InvalidState', `The Vpc Endpoint '${vpcEndpointId}' is in the state '${state}' and cannot be ${verb}`)

// Endpoints

/** Also what one who is not permitted sees. [seen] */
export const invalidServiceName = (serviceName: string) =>
  new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${serviceName}' does not exist`)

export const invalidEndpointType = (type: string) =>
  new AwsError('InvalidVpcEndpointType', `The Vpc Endpoint type '${type}' is not valid`)

/** [seen] */
export const typeDoesNotMatch = (type: string, available: readonly string[]) =>
  invalidParameter(`Endpoint type (${type}) does not match available service types ([${available.join(', ')}]).`)

/** AWS would make the endpoint. The words are ours: they say what is not here, and what is. */
export const awsServiceNotHere = (serviceName: string) =>
  new AwsError(
    'UnsupportedOperation',
    `The service ${serviceName} is run by AWS and is not part of this installation: a VPC endpoint to it would lead nowhere. VPC endpoints lead to endpoint services (com.amazonaws.vpce.REGION.vpce-svc-ID).`,
  )

/** What cannot be made here does not exist here: AWS's answer to an ARN of nothing. */
export const resourceConfigurationArn: Pick<IdErrors, 'malformed' | 'notFound'> = {
  malformed: (arn) =>
    new AwsError('InvalidResourceConfigurationArn.Malformed', `The resource configuration ARN '${arn}' is not valid`),
  notFound: (...arns) =>
    new AwsError(
      'InvalidResourceConfigurationArn.NotFound',
      `The resource configuration '${arns.join(', ')}' does not exist`,
    ),
}

/** Named after the errors of resource configurations; AWS's own name for it has not been seen. */
export const serviceNetworkArn: Pick<IdErrors, 'malformed' | 'notFound'> = {
  malformed: (arn) =>
    new AwsError('InvalidServiceNetworkArn.Malformed', `The service network ARN '${arn}' is not valid`),
  notFound: (...arns) =>
    new AwsError('InvalidServiceNetworkArn.NotFound', `The service network '${arns.join(', ')}' does not exist`),
}

export const onlyForType = (parameter: string, type: string) =>
  invalidParameter(`${parameter} is only supported for ${type} type VPC Endpoints.`)

/** [seen] */
export const subnetsNotForGateways = () =>
  invalidParameter('Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC Endpoints.')

/** [seen] */
export const routeTablesForGatewaysOnly = () =>
  invalidParameter('Route table IDs are only supported for Gateway type VPC Endpoint.')

/** The first sentence is AWS's [seen]; the zones are our addition, so that nobody has to ask again. */
export const zoneNotSupported = (serviceName: string, subnetId: string, zones: readonly string[]) =>
  invalidParameter(
    `The VPC endpoint service ${serviceName} does not support the availability zone of the subnet: ${subnetId}. Supported availability zones: ${zones.join(', ')}.`,
  )

/** [seen] */
export const duplicateSubnetsInSameZone = (subnetId: string) =>
  new AwsError(
    'DuplicateSubnetsInSameZone',
    `Found another VPC endpoint subnet in the availability zone of ${subnetId}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.`,
  )

export const subnetOfOtherVpc = (subnetId: string, vpcId: string) =>
  invalidParameter(`The subnet ${subnetId} does not belong to the VPC ${vpcId}.`)

export const subnetNotOfEndpoint = (subnetId: string, vpcEndpointId?: string) =>
  invalidParameter(`The subnet ${subnetId} is not one of the subnets of ${vpcEndpointId ?? 'the VPC endpoint'}.`)

export const groupNotOfEndpoint = (groupId: string, vpcEndpointId: string) =>
  invalidParameter(`The security group ${groupId} is not one of the security groups of ${vpcEndpointId}.`)

/** [seen] */
export const groupRequired = () =>
  invalidParameter('An Interface VPC Endpoint must always have at least one Security Group')

/** [seen] */
export const noPrivateDnsName = (serviceName: string) =>
  invalidParameter(
    `Private DNS can't be enabled because the service ${serviceName} does not provide a private DNS name.`,
  )

/** [seen] */
export const vpcWithoutDns = (vpcId: string) =>
  invalidParameter(
    `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpcId}`,
  )

/** [seen] */
export const privateDnsNameNotVerified = (serviceName: string) =>
  invalidParameter(
    `Private DNS can't be enabled because the service ${serviceName} has not verified the private DNS name.`,
  )

/** [seen] */
export const privateDnsBeforeAcceptance = (serviceName: string) =>
  invalidParameter(
    `Private DNS can only be enabled after the endpoint connection is accepted by the owner of ${serviceName}.`,
  )

/** [seen] */
export const conflictingPrivateDns = (name: string, vpcId: string) =>
  invalidParameter(
    `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${name} in the VPC ${vpcId}`,
  )

/** [seen] for S3; a service of a customer has no gateway endpoint beside it. */
export const inboundResolverNeedsGateway = (vpcId: string) =>
  invalidParameter(
    `To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC ${vpcId} must have a Gateway endpoint for the service.`,
  )

export const dnsRecordTypeDoesNotMatch = (recordType: string, ipAddressType: string) =>
  invalidParameter(
    `The DNS record IP type ${recordType} is not compatible with the IP address type ${ipAddressType} of the VPC endpoint.`,
  )

export const subnetWithoutFamily = (subnetId: string, type: string) =>
  invalidParameter(`The subnet ${subnetId} does not support the IP address type: ${type}.`)

/** [seen], with one Region's zones. */
export const zoneWithoutRemoteAccess = (zoneIds: readonly string[]) =>
  invalidParameter(`Only the following availability zones are supported for remote access: ${zoneIds.join(', ')}.`)

export const ipAddressTypeNotSupported = (serviceName: string, type: string) =>
  invalidParameter(`The VPC endpoint service ${serviceName} does not support the IP address type: ${type}.`)

export const invalidPolicyDocument = (why: string) =>
  new AwsError('InvalidPolicyDocument', `The policy document is not valid: ${why}`)

/** AWS refuses this for customers' services too; its wording is not known (reference 6.4). */
export const policyNotSupported = (serviceName: string) =>
  invalidParameter(`The VPC endpoint service ${serviceName} does not support endpoint policies.`)

// Endpoint services

/** [seen] */
export const loadBalancerRequired = () =>
  invalidParameter('exactly one of network_load_balancer_arn or gateway_load_balancer_arn is a required member')

export const networkLoadBalancerArn: Pick<IdErrors, 'malformed' | 'notFound'> = {
  malformed: (arn) =>
    new AwsError('InvalidNetworkLoadBalancerArn.Malformed', `The Network Load Balancer ARN '${arn}' is not valid`),
  notFound: (...arns) =>
    new AwsError(
      'InvalidNetworkLoadBalancerArn.NotFound',
      `The Network Load Balancer '${arns.join(', ')}' does not exist`,
    ),
}

/** Gateway Load Balancers cannot be made here, so none exists: AWS's answer to an ARN of nothing. */
export const gatewayLoadBalancerArn: Pick<IdErrors, 'malformed' | 'notFound'> = {
  malformed: (arn) =>
    new AwsError('InvalidGatewayLoadBalancerArn.Malformed', `The Gateway Load Balancer ARN '${arn}' is not valid`),
  notFound: (...arns) =>
    new AwsError(
      'InvalidGatewayLoadBalancerArn.NotFound',
      `The Gateway Load Balancer '${arns.join(', ')}' does not exist`,
    ),
}

export const loadBalancerOfOtherType = (arn: string) =>
  invalidParameter(`The load balancer '${arn}' is not a Network Load Balancer.`)

export const loadBalancerInUse = (arn: string, serviceId: string) =>
  invalidParameter(`The load balancer '${arn}' is already associated with the VPC endpoint service ${serviceId}.`)

export const lastLoadBalancer = () =>
  invalidParameter('A VPC endpoint service must have at least one Network Load Balancer.')

export const lastIpAddressType = () =>
  invalidParameter('A VPC endpoint service must support at least one IP address type.')

export const serviceIpv6NeedsDualstack = () =>
  invalidParameter(
    'To support IPv6, all load balancers of the VPC endpoint service must have the IP address type dualstack.',
  )

export const invalidPrivateDnsName = (name: string) =>
  invalidParameter(
    `The private DNS name '${name}' is not valid: a domain name in lower case of at most 255 characters is expected, whose first label may be '*'.`,
  )

export const nothingToVerify = (serviceId: string) =>
  invalidParameter(`The VPC endpoint service ${serviceId} does not have a private DNS name to verify.`)

export const invalidSupportedRegion = (region: string) => invalidParameter(`The Region '${region}' is not valid.`)

export const hostRegionStays = (region: string) =>
  invalidParameter(`The Region ${region} hosts the service and cannot be removed.`)

/** Reference 3.9: cross-Region access and an idle timeout of one's own exclude each other. */
export const remoteAccessNeedsDefaultIdleTimeout = (arn: string) =>
  invalidParameter(
    `The load balancer '${arn}' has a listener with a custom TCP idle timeout, which is not supported with cross-Region access.`,
  )

export const invalidPrincipal = (principal: string) =>
  new AwsError(
    'InvalidPrincipal',
    `Invalid Principal: '${principal}' (expecting '*', an ARN of an account root, of a user or role without a path, of an organization or organizational unit, or an organization path)`,
  )

// Connection notifications

/** AWS has one code for a notification that does not exist and for a topic that is none. */
export const notATopic = (arn: string) =>
  new AwsError('InvalidConnectionNotification', `The connection notification ARN '${arn}' is not that of an SNS topic`)
