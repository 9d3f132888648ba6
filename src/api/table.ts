import type * as ec2 from '@aws-sdk/client-ec2'
import type * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'
import type * as organizations from '@aws-sdk/client-organizations'
import type * as sts from '@aws-sdk/client-sts'
import { acceptVpcEndpointConnections } from './ec2/accept-vpc-endpoint-connections.ts'
import { authorizeSecurityGroupEgress } from './ec2/authorize-security-group-egress.ts'
import { authorizeSecurityGroupIngress } from './ec2/authorize-security-group-ingress.ts'
import { createSecurityGroup } from './ec2/create-security-group.ts'
import { createSubnet } from './ec2/create-subnet.ts'
import { createTags } from './ec2/create-tags.ts'
import { createVpc } from './ec2/create-vpc.ts'
import { createVpcEndpoint } from './ec2/create-vpc-endpoint.ts'
import { createVpcEndpointServiceConfiguration } from './ec2/create-vpc-endpoint-service-configuration.ts'
import { deleteSecurityGroup } from './ec2/delete-security-group.ts'
import { deleteSubnet } from './ec2/delete-subnet.ts'
import { deleteTags } from './ec2/delete-tags.ts'
import { deleteVpc } from './ec2/delete-vpc.ts'
import { deleteVpcEndpointServiceConfigurations } from './ec2/delete-vpc-endpoint-service-configurations.ts'
import { deleteVpcEndpoints } from './ec2/delete-vpc-endpoints.ts'
import { describeAvailabilityZones } from './ec2/describe-availability-zones.ts'
import { describeInstances } from './ec2/describe-instances.ts'
import { describeNetworkInterfaces } from './ec2/describe-network-interfaces.ts'
import { describeRegions } from './ec2/describe-regions.ts'
import { describeSecurityGroupRules } from './ec2/describe-security-group-rules.ts'
import { describeSecurityGroups } from './ec2/describe-security-groups.ts'
import { describeSubnets } from './ec2/describe-subnets.ts'
import { describeTags } from './ec2/describe-tags.ts'
import { describeVpcAttribute } from './ec2/describe-vpc-attribute.ts'
import { describeVpcEndpointConnections } from './ec2/describe-vpc-endpoint-connections.ts'
import { describeVpcEndpointServiceConfigurations } from './ec2/describe-vpc-endpoint-service-configurations.ts'
import { describeVpcEndpointServicePermissions } from './ec2/describe-vpc-endpoint-service-permissions.ts'
import { describeVpcEndpointServices } from './ec2/describe-vpc-endpoint-services.ts'
import { describeVpcEndpoints } from './ec2/describe-vpc-endpoints.ts'
import { describeVpcs } from './ec2/describe-vpcs.ts'
import { modifyVpcAttribute } from './ec2/modify-vpc-attribute.ts'
import { modifyVpcEndpoint } from './ec2/modify-vpc-endpoint.ts'
import { modifyVpcEndpointServiceConfiguration } from './ec2/modify-vpc-endpoint-service-configuration.ts'
import { modifyVpcEndpointServicePermissions } from './ec2/modify-vpc-endpoint-service-permissions.ts'
import { rejectVpcEndpointConnections } from './ec2/reject-vpc-endpoint-connections.ts'
import { revokeSecurityGroupEgress } from './ec2/revoke-security-group-egress.ts'
import { revokeSecurityGroupIngress } from './ec2/revoke-security-group-ingress.ts'
import { runInstances } from './ec2/run-instances.ts'
import { terminateInstances } from './ec2/terminate-instances.ts'
import { addTags } from './elbv2/add-tags.ts'
import { createListener } from './elbv2/create-listener.ts'
import { createLoadBalancer } from './elbv2/create-load-balancer.ts'
import { createTargetGroup } from './elbv2/create-target-group.ts'
import { deleteListener } from './elbv2/delete-listener.ts'
import { deleteLoadBalancer } from './elbv2/delete-load-balancer.ts'
import { deleteTargetGroup } from './elbv2/delete-target-group.ts'
import { deregisterTargets } from './elbv2/deregister-targets.ts'
import { describeListeners } from './elbv2/describe-listeners.ts'
import { describeLoadBalancerAttributes } from './elbv2/describe-load-balancer-attributes.ts'
import { describeLoadBalancers } from './elbv2/describe-load-balancers.ts'
import { describeTags as elbv2DescribeTags } from './elbv2/describe-tags.ts'
import { describeTargetGroupAttributes } from './elbv2/describe-target-group-attributes.ts'
import { describeTargetGroups } from './elbv2/describe-target-groups.ts'
import { describeTargetHealth } from './elbv2/describe-target-health.ts'
import { modifyListener } from './elbv2/modify-listener.ts'
import { modifyLoadBalancerAttributes } from './elbv2/modify-load-balancer-attributes.ts'
import { modifyTargetGroup } from './elbv2/modify-target-group.ts'
import { modifyTargetGroupAttributes } from './elbv2/modify-target-group-attributes.ts'
import { registerTargets } from './elbv2/register-targets.ts'
import { removeTags } from './elbv2/remove-tags.ts'
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
  AuthorizeSecurityGroupEgress: authorizeSecurityGroupEgress,
  AuthorizeSecurityGroupIngress: authorizeSecurityGroupIngress,
  CreateSecurityGroup: createSecurityGroup,
  CreateSubnet: createSubnet,
  CreateTags: createTags,
  CreateVpc: createVpc,
  CreateVpcEndpoint: createVpcEndpoint,
  CreateVpcEndpointServiceConfiguration: createVpcEndpointServiceConfiguration,
  DeleteSecurityGroup: deleteSecurityGroup,
  DeleteSubnet: deleteSubnet,
  DeleteTags: deleteTags,
  DeleteVpc: deleteVpc,
  DeleteVpcEndpointServiceConfigurations: deleteVpcEndpointServiceConfigurations,
  DeleteVpcEndpoints: deleteVpcEndpoints,
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeInstances: describeInstances,
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DescribeRegions: describeRegions,
  DescribeSecurityGroupRules: describeSecurityGroupRules,
  DescribeSecurityGroups: describeSecurityGroups,
  DescribeSubnets: describeSubnets,
  DescribeTags: describeTags,
  DescribeVpcAttribute: describeVpcAttribute,
  DescribeVpcEndpointConnections: describeVpcEndpointConnections,
  DescribeVpcEndpointServiceConfigurations: describeVpcEndpointServiceConfigurations,
  DescribeVpcEndpointServicePermissions: describeVpcEndpointServicePermissions,
  DescribeVpcEndpointServices: describeVpcEndpointServices,
  DescribeVpcEndpoints: describeVpcEndpoints,
  DescribeVpcs: describeVpcs,
  ModifyVpcAttribute: modifyVpcAttribute,
  ModifyVpcEndpoint: modifyVpcEndpoint,
  ModifyVpcEndpointServiceConfiguration: modifyVpcEndpointServiceConfiguration,
  ModifyVpcEndpointServicePermissions: modifyVpcEndpointServicePermissions,
  RejectVpcEndpointConnections: rejectVpcEndpointConnections,
  RevokeSecurityGroupEgress: revokeSecurityGroupEgress,
  RevokeSecurityGroupIngress: revokeSecurityGroupIngress,
  RunInstances: runInstances,
  TerminateInstances: terminateInstances,
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
  DescribeListeners: describeListeners,
  DescribeLoadBalancerAttributes: describeLoadBalancerAttributes,
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeTags: elbv2DescribeTags,
  DescribeTargetGroupAttributes: describeTargetGroupAttributes,
  DescribeTargetGroups: describeTargetGroups,
  DescribeTargetHealth: describeTargetHealth,
  ModifyListener: modifyListener,
  ModifyLoadBalancerAttributes: modifyLoadBalancerAttributes,
  ModifyTargetGroup: modifyTargetGroup,
  ModifyTargetGroupAttributes: modifyTargetGroupAttributes,
  RegisterTargets: registerTargets,
  RemoveTags: removeTags,
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
