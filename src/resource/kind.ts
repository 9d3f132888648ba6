import type { AccessKey, Account, AccountRegion, Organization, Role } from './account.ts'
import type { Certificate, CertificateAuthority } from './certificate.ts'
import type { ClientToken } from './client-token.ts'
import type { ConnectionNotification } from './connection-notification.ts'
import type { DhcpOptions } from './dhcp-options.ts'
import type { EndpointService } from './endpoint-service.ts'
import type { Fabric } from './fabric.ts'
import type { FlowLog } from './flow-log.ts'
import type { Group, InstanceProfile, ManagedPolicy, User } from './identity.ts'
import type { Instance } from './instance.ts'
import type { InternetGateway } from './internet-gateway.ts'
import type { KeyPair } from './key-pair.ts'
import type { Listener, LoadBalancer } from './load-balancer.ts'
import type { ManagedPrefixList } from './managed-prefix-list.ts'
import type { NetworkAcl } from './network-acl.ts'
import type { NetworkInterface } from './network-interface.ts'
import type { OrganizationalUnit, ServiceControlPolicy } from './organizational-unit.ts'
import type { Quota } from './quota.ts'
import type { RouteTable } from './route-table.ts'
import type { SecurityGroup, SecurityGroupRule } from './security-group.ts'
import type { Subnet } from './subnet.ts'
import type { Target, TargetGroup } from './target-group.ts'
import type { Vpc } from './vpc.ts'
import type { VpcEndpoint } from './vpc-endpoint.ts'

/** Every kind of resource that the log holds, by the name it has there. */
export interface ResourceOfKind {
  account: Account
  'account-region': AccountRegion
  organization: Organization
  'access-key': AccessKey
  role: Role
  user: User
  group: Group
  'managed-policy': ManagedPolicy
  'instance-profile': InstanceProfile
  'organizational-unit': OrganizationalUnit
  'service-control-policy': ServiceControlPolicy
  certificate: Certificate
  'certificate-authority': CertificateAuthority
  quota: Quota
  'managed-prefix-list': ManagedPrefixList
  vpc: Vpc
  subnet: Subnet
  'security-group': SecurityGroup
  'security-group-rule': SecurityGroupRule
  'network-interface': NetworkInterface
  instance: Instance
  'load-balancer': LoadBalancer
  listener: Listener
  'target-group': TargetGroup
  target: Target
  'endpoint-service': EndpointService
  'vpc-endpoint': VpcEndpoint
  'connection-notification': ConnectionNotification
  'route-table': RouteTable
  'internet-gateway': InternetGateway
  'network-acl': NetworkAcl
  'dhcp-options': DhcpOptions
  'key-pair': KeyPair
  'flow-log': FlowLog
  'client-token': ClientToken
  fabric: Fabric
}

export type Kind = keyof ResourceOfKind

/** kind → the member that is its id. `fabric` and `organization` are single records with a fixed id. */
export const idOf: { readonly [K in Kind]: (resource: ResourceOfKind[K]) => string } = {
  account: (r) => r.accountId,
  'account-region': (r) => `${r.accountId}|${r.region}`,
  organization: () => 'organization',
  'access-key': (r) => r.accessKeyId,
  role: (r) => `${r.accountId}|${r.roleName}`,
  user: (r) => `${r.accountId}|${r.userName}`,
  group: (r) => `${r.accountId}|${r.groupName}`,
  'managed-policy': (r) => r.policyArn,
  'instance-profile': (r) => `${r.accountId}|${r.instanceProfileName}`,
  'organizational-unit': (r) => r.organizationalUnitId,
  'service-control-policy': (r) => r.policyId,
  certificate: (r) => r.certificateArn,
  'certificate-authority': (r) => r.accountId,
  quota: (r) => `${r.accountId}|${r.region}|${r.serviceCode}|${r.quotaCode}`,
  'managed-prefix-list': (r) => r.prefixListId,
  vpc: (r) => r.vpcId,
  subnet: (r) => r.subnetId,
  'security-group': (r) => r.groupId,
  'security-group-rule': (r) => r.securityGroupRuleId,
  'network-interface': (r) => r.networkInterfaceId,
  instance: (r) => r.instanceId,
  'load-balancer': (r) => r.loadBalancerArn,
  listener: (r) => r.listenerArn,
  'target-group': (r) => r.targetGroupArn,
  target: (r) => r.targetKey,
  'endpoint-service': (r) => r.serviceId,
  'vpc-endpoint': (r) => r.vpcEndpointId,
  'connection-notification': (r) => r.connectionNotificationId,
  'route-table': (r) => r.routeTableId,
  'internet-gateway': (r) => r.internetGatewayId,
  'network-acl': (r) => r.networkAclId,
  'dhcp-options': (r) => r.dhcpOptionsId,
  'key-pair': (r) => r.keyPairId,
  'flow-log': (r) => r.flowLogId,
  'client-token': (r) => r.tokenKey,
  fabric: () => 'fabric',
}

export const kinds = Object.keys(idOf) as readonly Kind[]

/**
 * The kinds an agent needs to make the kernel true; the rest (keys, roles, tokens) never leaves the control process. Of the
 * certificates only those that a listener shows do (control/certificate.ts).
 */
export const agentKinds = [
  'vpc',
  'subnet',
  'security-group',
  'security-group-rule',
  'network-interface',
  'instance',
  'load-balancer',
  'listener',
  'target-group',
  'target',
  'endpoint-service',
  'vpc-endpoint',
  'network-acl',
  'managed-prefix-list',
  'certificate',
] as const satisfies readonly Kind[]

export type AgentKind = (typeof agentKinds)[number]

/** One write: the whole new value, or undefined when the resource is gone. */
export type Change = {
  readonly [K in Kind]: { readonly kind: K; readonly id: string; readonly value: ResourceOfKind[K] | undefined }
}[Kind]

/** One durable batch of the log. */
export interface Batch {
  /** Strictly increasing by one. */
  readonly revision: number
  /** ISO 8601, when it was appended. */
  readonly at: string
  readonly changes: readonly Change[]
}

/** One consistent read of what the agent needs, with its revision. */
export interface Snapshot {
  readonly revision: number
  readonly resources: { readonly [K in AgentKind]: ReadonlyMap<string, ResourceOfKind[K]> }
}
