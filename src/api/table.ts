import type * as ec2 from '@aws-sdk/client-ec2'
import type * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'
import type * as organizations from '@aws-sdk/client-organizations'
import type * as sts from '@aws-sdk/client-sts'
import { acceptVpcEndpointConnections } from './ec2/accept-vpc-endpoint-connections.ts'
import { associateDhcpOptions } from './ec2/associate-dhcp-options.ts'
import { associateRouteTable } from './ec2/associate-route-table.ts'
import { attachInternetGateway } from './ec2/attach-internet-gateway.ts'
import { attachNetworkInterface } from './ec2/attach-network-interface.ts'
import { authorizeSecurityGroupEgress } from './ec2/authorize-security-group-egress.ts'
import { authorizeSecurityGroupIngress } from './ec2/authorize-security-group-ingress.ts'
import { createDhcpOptions } from './ec2/create-dhcp-options.ts'
import { createInternetGateway } from './ec2/create-internet-gateway.ts'
import { createNetworkAcl } from './ec2/create-network-acl.ts'
import { createNetworkAclEntry } from './ec2/create-network-acl-entry.ts'
import { createNetworkInterface } from './ec2/create-network-interface.ts'
import { createRoute } from './ec2/create-route.ts'
import { createRouteTable } from './ec2/create-route-table.ts'
import { createSecurityGroup } from './ec2/create-security-group.ts'
import { createSubnet } from './ec2/create-subnet.ts'
import { createTags } from './ec2/create-tags.ts'
import { createVpc } from './ec2/create-vpc.ts'
import { createVpcEndpoint } from './ec2/create-vpc-endpoint.ts'
import { createVpcEndpointConnectionNotification } from './ec2/create-vpc-endpoint-connection-notification.ts'
import { createVpcEndpointServiceConfiguration } from './ec2/create-vpc-endpoint-service-configuration.ts'
import { deleteDhcpOptions } from './ec2/delete-dhcp-options.ts'
import { deleteInternetGateway } from './ec2/delete-internet-gateway.ts'
import { deleteNetworkAcl } from './ec2/delete-network-acl.ts'
import { deleteNetworkAclEntry } from './ec2/delete-network-acl-entry.ts'
import { deleteNetworkInterface } from './ec2/delete-network-interface.ts'
import { deleteRoute } from './ec2/delete-route.ts'
import { deleteRouteTable } from './ec2/delete-route-table.ts'
import { deleteSecurityGroup } from './ec2/delete-security-group.ts'
import { deleteSubnet } from './ec2/delete-subnet.ts'
import { deleteTags } from './ec2/delete-tags.ts'
import { deleteVpc } from './ec2/delete-vpc.ts'
import { deleteVpcEndpointConnectionNotifications } from './ec2/delete-vpc-endpoint-connection-notifications.ts'
import { deleteVpcEndpointServiceConfigurations } from './ec2/delete-vpc-endpoint-service-configurations.ts'
import { deleteVpcEndpoints } from './ec2/delete-vpc-endpoints.ts'
import { describeAccountAttributes } from './ec2/describe-account-attributes.ts'
import { describeAvailabilityZones } from './ec2/describe-availability-zones.ts'
import { describeDhcpOptions } from './ec2/describe-dhcp-options.ts'
import { describeInstanceAttribute } from './ec2/describe-instance-attribute.ts'
import { describeInstanceStatus } from './ec2/describe-instance-status.ts'
import { describeInstanceTypes } from './ec2/describe-instance-types.ts'
import { describeInstances } from './ec2/describe-instances.ts'
import { describeInternetGateways } from './ec2/describe-internet-gateways.ts'
import { describeManagedPrefixLists } from './ec2/describe-managed-prefix-lists.ts'
import { describeNetworkAcls } from './ec2/describe-network-acls.ts'
import { describeNetworkInterfaceAttribute } from './ec2/describe-network-interface-attribute.ts'
import { describeNetworkInterfaces } from './ec2/describe-network-interfaces.ts'
import { describePrefixLists } from './ec2/describe-prefix-lists.ts'
import { describeRegions } from './ec2/describe-regions.ts'
import { describeRouteTables } from './ec2/describe-route-tables.ts'
import { describeSecurityGroupRules } from './ec2/describe-security-group-rules.ts'
import { describeSecurityGroups } from './ec2/describe-security-groups.ts'
import { describeSubnets } from './ec2/describe-subnets.ts'
import { describeTags } from './ec2/describe-tags.ts'
import { describeVolumes } from './ec2/describe-volumes.ts'
import { describeVpcAttribute } from './ec2/describe-vpc-attribute.ts'
import { describeVpcEndpointAssociations } from './ec2/describe-vpc-endpoint-associations.ts'
import { describeVpcEndpointConnectionNotifications } from './ec2/describe-vpc-endpoint-connection-notifications.ts'
import { describeVpcEndpointConnections } from './ec2/describe-vpc-endpoint-connections.ts'
import { describeVpcEndpointServiceConfigurations } from './ec2/describe-vpc-endpoint-service-configurations.ts'
import { describeVpcEndpointServicePermissions } from './ec2/describe-vpc-endpoint-service-permissions.ts'
import { describeVpcEndpointServices } from './ec2/describe-vpc-endpoint-services.ts'
import { describeVpcEndpoints } from './ec2/describe-vpc-endpoints.ts'
import { describeVpcs } from './ec2/describe-vpcs.ts'
import { detachInternetGateway } from './ec2/detach-internet-gateway.ts'
import { detachNetworkInterface } from './ec2/detach-network-interface.ts'
import { disassociateRouteTable } from './ec2/disassociate-route-table.ts'
import { getSecurityGroupsForVpc } from './ec2/get-security-groups-for-vpc.ts'
import { modifyNetworkInterfaceAttribute } from './ec2/modify-network-interface-attribute.ts'
import { modifySecurityGroupRules } from './ec2/modify-security-group-rules.ts'
import { modifySubnetAttribute } from './ec2/modify-subnet-attribute.ts'
import { modifyVpcAttribute } from './ec2/modify-vpc-attribute.ts'
import { modifyVpcEndpoint } from './ec2/modify-vpc-endpoint.ts'
import { modifyVpcEndpointConnectionNotification } from './ec2/modify-vpc-endpoint-connection-notification.ts'
import { modifyVpcEndpointServiceConfiguration } from './ec2/modify-vpc-endpoint-service-configuration.ts'
import { modifyVpcEndpointServicePayerResponsibility } from './ec2/modify-vpc-endpoint-service-payer-responsibility.ts'
import { modifyVpcEndpointServicePermissions } from './ec2/modify-vpc-endpoint-service-permissions.ts'
import { rejectVpcEndpointConnections } from './ec2/reject-vpc-endpoint-connections.ts'
import { replaceNetworkAclAssociation } from './ec2/replace-network-acl-association.ts'
import { replaceNetworkAclEntry } from './ec2/replace-network-acl-entry.ts'
import { replaceRoute } from './ec2/replace-route.ts'
import { replaceRouteTableAssociation } from './ec2/replace-route-table-association.ts'
import { revokeSecurityGroupEgress } from './ec2/revoke-security-group-egress.ts'
import { revokeSecurityGroupIngress } from './ec2/revoke-security-group-ingress.ts'
import { runInstances } from './ec2/run-instances.ts'
import { terminateInstances } from './ec2/terminate-instances.ts'
import { updateSecurityGroupRuleDescriptionsEgress } from './ec2/update-security-group-rule-descriptions-egress.ts'
import { updateSecurityGroupRuleDescriptionsIngress } from './ec2/update-security-group-rule-descriptions-ingress.ts'
import { addTags } from './elbv2/add-tags.ts'
import { createListener } from './elbv2/create-listener.ts'
import { createLoadBalancer } from './elbv2/create-load-balancer.ts'
import { createTargetGroup } from './elbv2/create-target-group.ts'
import { deleteListener } from './elbv2/delete-listener.ts'
import { deleteLoadBalancer } from './elbv2/delete-load-balancer.ts'
import { deleteTargetGroup } from './elbv2/delete-target-group.ts'
import { deregisterTargets } from './elbv2/deregister-targets.ts'
import { describeCapacityReservation } from './elbv2/describe-capacity-reservation.ts'
import { describeListenerAttributes } from './elbv2/describe-listener-attributes.ts'
import { describeListenerCertificates } from './elbv2/describe-listener-certificates.ts'
import { describeListeners } from './elbv2/describe-listeners.ts'
import { describeLoadBalancerAttributes } from './elbv2/describe-load-balancer-attributes.ts'
import { describeLoadBalancers } from './elbv2/describe-load-balancers.ts'
import { describeRules } from './elbv2/describe-rules.ts'
import { describeTags as elbv2DescribeTags } from './elbv2/describe-tags.ts'
import { describeTargetGroupAttributes } from './elbv2/describe-target-group-attributes.ts'
import { describeTargetGroups } from './elbv2/describe-target-groups.ts'
import { describeTargetHealth } from './elbv2/describe-target-health.ts'
import { modifyListener } from './elbv2/modify-listener.ts'
import { modifyListenerAttributes } from './elbv2/modify-listener-attributes.ts'
import { modifyLoadBalancerAttributes } from './elbv2/modify-load-balancer-attributes.ts'
import { modifyTargetGroup } from './elbv2/modify-target-group.ts'
import { modifyTargetGroupAttributes } from './elbv2/modify-target-group-attributes.ts'
import { registerTargets } from './elbv2/register-targets.ts'
import { removeTags } from './elbv2/remove-tags.ts'
import { setSecurityGroups } from './elbv2/set-security-groups.ts'
import { setSubnets } from './elbv2/set-subnets.ts'
import type { Operation, OperationContext } from './operation.ts'
import { createAccount } from './organizations/create-account.ts'
import { createOrganization } from './organizations/create-organization.ts'
import { describeCreateAccountStatus } from './organizations/describe-create-account-status.ts'
import { describeOrganization } from './organizations/describe-organization.ts'
import { listAccounts } from './organizations/list-accounts.ts'
import type { ServiceName } from './services.ts'
import { assumeRole } from './sts/assume-role.ts'
import { getCallerIdentity } from './sts/get-caller-identity.ts'

/**
 * Every operation that is served, by its name on the wire.
 *
 * The types come from the SDK's command classes: an operation AWS does not have, or a handler that takes or answers
 * another operation's members, does not compile.
 */
export type Served<Sdk> = {
  readonly [Name in keyof Sdk as Name extends `${infer Operation}Command` ? Operation : never]?: Handler<Sdk[Name]>
}

/**
 * `Operation`, with `handle` as a function-typed member: parameters of methods are compared both ways, and a handler
 * for another operation's input would pass.
 */
type Handler<Command> = Omit<Operation<never, unknown>, 'handle'> & {
  readonly handle: (input: InputOf<Command>, ctx: OperationContext) => OutputOf<Command>
}

type InputOf<Command> = Command extends abstract new (
  ...args: never[]
) => { readonly input: infer Input }
  ? Input
  : never

type OutputOf<Command> = Command extends abstract new (
  ...args: never[]
) => { resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: infer Output }> }
  ? Omit<Output, '$metadata'>
  : never

const ec2Operations = {
  AcceptVpcEndpointConnections: acceptVpcEndpointConnections,
  AssociateDhcpOptions: associateDhcpOptions,
  AssociateRouteTable: associateRouteTable,
  AttachInternetGateway: attachInternetGateway,
  AttachNetworkInterface: attachNetworkInterface,
  AuthorizeSecurityGroupEgress: authorizeSecurityGroupEgress,
  AuthorizeSecurityGroupIngress: authorizeSecurityGroupIngress,
  CreateDhcpOptions: createDhcpOptions,
  CreateInternetGateway: createInternetGateway,
  CreateNetworkAcl: createNetworkAcl,
  CreateNetworkAclEntry: createNetworkAclEntry,
  CreateNetworkInterface: createNetworkInterface,
  CreateRoute: createRoute,
  CreateRouteTable: createRouteTable,
  CreateSecurityGroup: createSecurityGroup,
  CreateSubnet: createSubnet,
  CreateTags: createTags,
  CreateVpc: createVpc,
  CreateVpcEndpoint: createVpcEndpoint,
  CreateVpcEndpointConnectionNotification: createVpcEndpointConnectionNotification,
  CreateVpcEndpointServiceConfiguration: createVpcEndpointServiceConfiguration,
  DeleteDhcpOptions: deleteDhcpOptions,
  DeleteInternetGateway: deleteInternetGateway,
  DeleteNetworkAcl: deleteNetworkAcl,
  DeleteNetworkAclEntry: deleteNetworkAclEntry,
  DeleteNetworkInterface: deleteNetworkInterface,
  DeleteRoute: deleteRoute,
  DeleteRouteTable: deleteRouteTable,
  DeleteSecurityGroup: deleteSecurityGroup,
  DeleteSubnet: deleteSubnet,
  DeleteTags: deleteTags,
  DeleteVpc: deleteVpc,
  DeleteVpcEndpointConnectionNotifications: deleteVpcEndpointConnectionNotifications,
  DeleteVpcEndpointServiceConfigurations: deleteVpcEndpointServiceConfigurations,
  DeleteVpcEndpoints: deleteVpcEndpoints,
  DescribeAccountAttributes: describeAccountAttributes,
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeDhcpOptions: describeDhcpOptions,
  DescribeInstanceAttribute: describeInstanceAttribute,
  DescribeInstanceStatus: describeInstanceStatus,
  DescribeInstanceTypes: describeInstanceTypes,
  DescribeInstances: describeInstances,
  DescribeInternetGateways: describeInternetGateways,
  DescribeManagedPrefixLists: describeManagedPrefixLists,
  DescribeNetworkAcls: describeNetworkAcls,
  DescribeNetworkInterfaceAttribute: describeNetworkInterfaceAttribute,
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DescribePrefixLists: describePrefixLists,
  DescribeRegions: describeRegions,
  DescribeRouteTables: describeRouteTables,
  DescribeSecurityGroupRules: describeSecurityGroupRules,
  DescribeSecurityGroups: describeSecurityGroups,
  DescribeSubnets: describeSubnets,
  DescribeTags: describeTags,
  DescribeVolumes: describeVolumes,
  DescribeVpcAttribute: describeVpcAttribute,
  DescribeVpcEndpointAssociations: describeVpcEndpointAssociations,
  DescribeVpcEndpointConnectionNotifications: describeVpcEndpointConnectionNotifications,
  DescribeVpcEndpointConnections: describeVpcEndpointConnections,
  DescribeVpcEndpointServiceConfigurations: describeVpcEndpointServiceConfigurations,
  DescribeVpcEndpointServicePermissions: describeVpcEndpointServicePermissions,
  DescribeVpcEndpointServices: describeVpcEndpointServices,
  DescribeVpcEndpoints: describeVpcEndpoints,
  DescribeVpcs: describeVpcs,
  DetachInternetGateway: detachInternetGateway,
  DetachNetworkInterface: detachNetworkInterface,
  DisassociateRouteTable: disassociateRouteTable,
  GetSecurityGroupsForVpc: getSecurityGroupsForVpc,
  ModifyNetworkInterfaceAttribute: modifyNetworkInterfaceAttribute,
  ModifySecurityGroupRules: modifySecurityGroupRules,
  ModifySubnetAttribute: modifySubnetAttribute,
  ModifyVpcAttribute: modifyVpcAttribute,
  ModifyVpcEndpoint: modifyVpcEndpoint,
  ModifyVpcEndpointConnectionNotification: modifyVpcEndpointConnectionNotification,
  ModifyVpcEndpointServiceConfiguration: modifyVpcEndpointServiceConfiguration,
  ModifyVpcEndpointServicePayerResponsibility: modifyVpcEndpointServicePayerResponsibility,
  ModifyVpcEndpointServicePermissions: modifyVpcEndpointServicePermissions,
  RejectVpcEndpointConnections: rejectVpcEndpointConnections,
  ReplaceNetworkAclAssociation: replaceNetworkAclAssociation,
  ReplaceNetworkAclEntry: replaceNetworkAclEntry,
  ReplaceRoute: replaceRoute,
  ReplaceRouteTableAssociation: replaceRouteTableAssociation,
  RevokeSecurityGroupEgress: revokeSecurityGroupEgress,
  RevokeSecurityGroupIngress: revokeSecurityGroupIngress,
  RunInstances: runInstances,
  TerminateInstances: terminateInstances,
  UpdateSecurityGroupRuleDescriptionsEgress: updateSecurityGroupRuleDescriptionsEgress,
  UpdateSecurityGroupRuleDescriptionsIngress: updateSecurityGroupRuleDescriptionsIngress,
} satisfies Served<typeof ec2>

const elbv2Operations = {
  AddTags: addTags,
  CreateListener: createListener,
  CreateLoadBalancer: createLoadBalancer,
  CreateTargetGroup: createTargetGroup,
  DeleteListener: deleteListener,
  DeleteLoadBalancer: deleteLoadBalancer,
  DeleteTargetGroup: deleteTargetGroup,
  DeregisterTargets: deregisterTargets,
  DescribeCapacityReservation: describeCapacityReservation,
  DescribeListenerAttributes: describeListenerAttributes,
  DescribeListenerCertificates: describeListenerCertificates,
  DescribeListeners: describeListeners,
  DescribeLoadBalancerAttributes: describeLoadBalancerAttributes,
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeRules: describeRules,
  DescribeTags: elbv2DescribeTags,
  DescribeTargetGroupAttributes: describeTargetGroupAttributes,
  DescribeTargetGroups: describeTargetGroups,
  DescribeTargetHealth: describeTargetHealth,
  ModifyListener: modifyListener,
  ModifyListenerAttributes: modifyListenerAttributes,
  ModifyLoadBalancerAttributes: modifyLoadBalancerAttributes,
  ModifyTargetGroup: modifyTargetGroup,
  ModifyTargetGroupAttributes: modifyTargetGroupAttributes,
  RegisterTargets: registerTargets,
  RemoveTags: removeTags,
  SetSecurityGroups: setSecurityGroups,
  SetSubnets: setSubnets,
} satisfies Served<typeof elbv2>

const stsOperations = {
  AssumeRole: assumeRole,
  GetCallerIdentity: getCallerIdentity,
} satisfies Served<typeof sts>

const organizationsOperations = {
  CreateAccount: createAccount,
  CreateOrganization: createOrganization,
  DescribeCreateAccountStatus: describeCreateAccountStatus,
  DescribeOrganization: describeOrganization,
  ListAccounts: listAccounts,
} satisfies Served<typeof organizations>

/** As the pipeline calls it: the listener has checked the input against the same schema that the types come from. */
export type AnyOperation = Omit<Operation<never, object>, 'handle'> & {
  handle(input: Readonly<Record<string, unknown>>, ctx: OperationContext): object
}

export const operations = {
  ec2: ec2Operations,
  elasticloadbalancing: elbv2Operations,
  sts: stsOperations,
  iam: {},
  organizations: organizationsOperations,
} as Readonly<Record<ServiceName, Readonly<Record<string, unknown>>>> as Operations

export type Operations = Readonly<Record<ServiceName, Readonly<Record<string, AnyOperation>>>>
