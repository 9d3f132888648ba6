import { AwsError } from '../../aws/error.ts'
import { dependencyViolation, idErrors, invalidParameterValue } from './errors.ts'

/**
 * The errors of what stands around subnets: route tables, gateways, network ACLs, DHCP options, and of interfaces that
 * are attached and detached. Codes and texts: see `errors.ts`.
 */

export const routeTableId = idErrors(
  'InvalidRouteTableId.Malformed',
  'InvalidRouteTableID.NotFound',
  'rtb',
  'routeTable ID',
  'routeTable IDs',
)
export const internetGatewayId = idErrors(
  'InvalidInternetGatewayId.Malformed',
  'InvalidInternetGatewayID.NotFound',
  'igw',
  'internetGateway ID',
  'internetGateway IDs',
)
export const networkAclId = idErrors(
  'InvalidNetworkAclId.Malformed',
  'InvalidNetworkAclID.NotFound',
  'acl',
  'networkAcl ID',
  'networkAcl IDs',
)
/** AWS writes `DhcpOption` in this code and `DhcpOptions` elsewhere. */
export const dhcpOptionsId = idErrors(
  'InvalidDhcpOptionsId.Malformed',
  'InvalidDhcpOptionID.NotFound',
  'dopt',
  'dhcpOption ID',
  'dhcpOption IDs',
)

export const vpnGatewayId = idErrors(
  'InvalidVpnGatewayID.Malformed',
  'InvalidVpnGatewayID.NotFound',
  'vgw',
  'vpnGateway ID',
  'vpnGateway IDs',
)

export const peeringNotFound = (id: string) =>
  new AwsError('InvalidVpcPeeringConnectionID.NotFound', `The vpcPeeringConnection ID '${id}' does not exist`)

export const associationNotFound = (id: string) =>
  new AwsError('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`)

export const hasDependencies = (noun: string, id: string) =>
  dependencyViolation(`The ${noun} '${id}' has dependencies and cannot be deleted.`)

// Routes

export const routeAlreadyExists = (destination: string) =>
  new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`)

/** @param kind `destination-cidr-block` and its two siblings */
export const routeNotFound = (kind: string, destination: string, routeTableId: string) =>
  new AwsError('InvalidRoute.NotFound', `no route with ${kind} ${destination} in route table ${routeTableId}`)

export const routeWithinVpc = (destination: string) =>
  invalidParameterValue(
    `The destination CIDR block ${destination} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance.`,
  )

/** Text from memory: the route of a gateway endpoint goes with the endpoint. */
export const cannotRemoveEndpointRoute = (destination: string, routeTableId: string) =>
  invalidParameterValue(`cannot remove VPC endpoint route ${destination} in route table ${routeTableId}`)

export const cannotRemoveLocalRoute = (destination: string, routeTableId: string) =>
  invalidParameterValue(`cannot remove local route ${destination} in route table ${routeTableId}`)

export const associationConflicts = (routeTableId: string) =>
  new AwsError(
    'Resource.AlreadyAssociated',
    `the specified association for route table ${routeTableId} conflicts with an existing association`,
  )

export const cannotDisassociateMain = (associationId: string) =>
  invalidParameterValue(`cannot disassociate the main route table association ${associationId}`)

export const differentNetworks = (one: string, other: string) =>
  invalidParameterValue(`${one} and ${other} belong to different networks`)

// Internet gateways

export const gatewayAlreadyAttached = (internetGatewayId: string, vpcId: string) =>
  new AwsError('Resource.AlreadyAssociated', `resource ${internetGatewayId} is already attached to network ${vpcId}`)

export const gatewayNotAttached = (internetGatewayId: string, vpcId: string) =>
  new AwsError('Gateway.NotAttached', `resource ${internetGatewayId} is not attached to network ${vpcId}`)

export const vpcHasGateway = (vpcId: string) =>
  invalidParameterValue(`Network ${vpcId} already has an internet gateway attached`)

// Network ACLs

export const aclEntryAlreadyExists = (ruleNumber: number) =>
  new AwsError('NetworkAclEntryAlreadyExists', `The network acl entry identified by ${ruleNumber} already exists.`)

export const aclEntryNotFound = (ruleNumber: number, networkAclId: string) =>
  new AwsError(
    'InvalidNetworkAclEntry.NotFound',
    `no network acl entry with rule number ${ruleNumber} in network acl ${networkAclId}`,
  )

export const cannotDeleteDefaultAcl = (networkAclId: string) =>
  invalidParameterValue(`cannot delete default network ACL ${networkAclId}`)

// Attachments

export const attachmentNotFound = (id: string) =>
  new AwsError('InvalidAttachmentID.NotFound', `The attachment ID '${id}' does not exist`)

/** To attach an interface that something else has. */
export const networkInterfaceInUse = (id: string) =>
  new AwsError('InvalidNetworkInterface.InUse', `Interface: [${id}] in use.`)

/** To delete it. */
export const networkInterfaceIsAttached = (id: string) =>
  invalidParameterValue(`Network interface '${id}' is currently in use.`)

export const addressLimitExceeded = () =>
  new AwsError('PrivateIpAddressLimitExceeded', 'Number of private addresses will exceed limit.')

export const interfaceIsManaged = (id: string) =>
  new AwsError('OperationNotPermitted', `The network interface '${id}' is managed by a service and cannot be changed.`)

// Connection notifications

export const connectionNotificationNotFound = (id: string) =>
  new AwsError('InvalidConnectionNotification', `The connection notification '${id}' does not exist`)
