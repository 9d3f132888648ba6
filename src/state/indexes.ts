import type { Kind, ResourceOfKind } from '../resource/kind.ts'
import { forwardedGroups } from '../resource/load-balancer.ts'
import { privateIpsOf } from '../resource/network-interface.ts'

type Index<K extends Kind> = (resource: ResourceOfKind[K]) => readonly string[]

/**
 * The secondary indexes of memory: kind → index name → the values under which a resource is found.
 * Reads go through `Transaction.by`; each index costs one map entry per value. `unsettled` holds the few resources that
 * wait for an agent or for time (control/settle.ts), so that looking for them does not cost the size of all.
 */
export const indexes = {
  'access-key': {
    accountId: (r) => [r.accountId],
    /** Those of the root user under the empty name. */
    userName: (r) => [`${r.accountId}|${r.userName ?? ''}`],
  },
  role: {
    accountId: (r) => [r.accountId],
    name: (r) => [`${r.accountId}|${r.roleName.toLowerCase()}`],
    attachedPolicyArn: (r) => r.attachedPolicyArns,
    permissionsBoundaryArn: (r) => (r.permissionsBoundaryArn ? [r.permissionsBoundaryArn] : []),
  },
  user: {
    accountId: (r) => [r.accountId],
    /** IAM's names differ by more than case. */
    name: (r) => [`${r.accountId}|${r.userName.toLowerCase()}`],
    groupName: (r) => r.groupNames.map((name) => `${r.accountId}|${name}`),
    attachedPolicyArn: (r) => r.attachedPolicyArns,
    permissionsBoundaryArn: (r) => (r.permissionsBoundaryArn ? [r.permissionsBoundaryArn] : []),
  },
  group: {
    accountId: (r) => [r.accountId],
    name: (r) => [`${r.accountId}|${r.groupName.toLowerCase()}`],
    attachedPolicyArn: (r) => r.attachedPolicyArns,
  },
  'managed-policy': {
    accountId: (r) => [r.accountId],
    name: (r) => [`${r.accountId}|${r.policyName.toLowerCase()}`],
  },
  'instance-profile': {
    accountId: (r) => [r.accountId],
    name: (r) => [`${r.accountId}|${r.instanceProfileName.toLowerCase()}`],
    roleName: (r) => r.roleNames.map((name) => `${r.accountId}|${name}`),
  },
  'organizational-unit': { parentId: (r) => (r.parentId ? [r.parentId] : []), policyId: (r) => r.policyIds },
  certificate: { accountId: (r) => [r.accountId] },
  quota: { accountId: (r) => [r.accountId] },
  'managed-prefix-list': { ownerId: (r) => [r.ownerId] },
  vpc: { ownerId: (r) => [r.ownerId] },
  subnet: { vpcId: (r) => [r.vpcId], ownerId: (r) => [r.ownerId] },
  'security-group': { vpcId: (r) => [r.vpcId], ownerId: (r) => [r.ownerId] },
  'security-group-rule': {
    groupId: (r) => [r.groupId],
    referencedGroupId: (r) => (r.referencedGroupId ? [r.referencedGroupId] : []),
    prefixListId: (r) => (r.prefixListId ? [r.prefixListId] : []),
    ownerId: (r) => [r.ownerId],
  },
  'network-interface': {
    vpcId: (r) => [r.vpcId],
    subnetId: (r) => [r.subnetId],
    groupId: (r) => r.groupIds,
    ownerId: (r) => [r.ownerId],
    /** Every address, IPv6 too. At most one each: subnets of a VPC do not overlap, and an address is given once. */
    address: (r) => [...privateIpsOf(r), ...(r.ipv6Addresses ?? [])].map((address) => `${r.vpcId}|${address}`),
    attachmentId: (r) => (r.attachmentId ? [r.attachmentId] : []),
  },
  instance: {
    vpcId: (r) => [r.vpcId],
    ownerId: (r) => [r.ownerId],
    unsettled: (r) => (r.state === 'terminated' ? [r.state] : []),
  },
  'load-balancer': {
    ownerId: (r) => [r.ownerId],
    vpcId: (r) => [r.vpcId],
    name: (r) => [`${r.ownerId}|${r.region}|${r.loadBalancerName}`],
  },
  listener: {
    loadBalancerArn: (r) => [r.loadBalancerArn],
    targetGroupArn: (r) => forwardedGroups(r).map(({ targetGroupArn }) => targetGroupArn),
    certificateArn: (r) => r.certificateArns ?? [],
  },
  'target-group': {
    ownerId: (r) => [r.ownerId],
    vpcId: (r) => [r.vpcId],
    name: (r) => [`${r.ownerId}|${r.region}|${r.targetGroupName}`],
  },
  target: {
    targetGroupArn: (r) => [r.targetGroupArn],
    id: (r) => [r.id],
    vpcId: (r) => [r.vpcId],
    unsettled: (r) => (r.state === 'draining' ? [r.state] : []),
  },
  'endpoint-service': {
    ownerId: (r) => [r.ownerId],
    serviceName: (r) => [r.serviceName],
    loadBalancerArn: (r) => r.networkLoadBalancerArns,
    verification: (r) => (r.privateDnsVerification ? [r.privateDnsVerification.state] : []),
  },
  'vpc-endpoint': {
    ownerId: (r) => [r.ownerId],
    vpcId: (r) => [r.vpcId],
    serviceId: (r) => [r.serviceId],
    unsettled: (r) => (r.state === 'deleting' ? [r.state] : []),
    /** The day since which somebody's word is waited for: `2026-01-31`. */
    pendingSince: (r) => (r.state === 'pendingAcceptance' ? [r.createdAt.slice(0, 10)] : []),
  },
  'connection-notification': {
    ownerId: (r) => [r.ownerId],
    watched: (r) => [r.serviceId ?? r.vpcEndpointId ?? ''],
  },
  'route-table': { ownerId: (r) => [r.ownerId], vpcId: (r) => [r.vpcId] },
  'internet-gateway': { ownerId: (r) => [r.ownerId], vpcId: (r) => (r.vpcId ? [r.vpcId] : []) },
  'network-acl': { ownerId: (r) => [r.ownerId], vpcId: (r) => [r.vpcId] },
  'dhcp-options': { ownerId: (r) => [r.ownerId] },
  'key-pair': { ownerId: (r) => [r.ownerId], name: (r) => [`${r.ownerId}|${r.region}|${r.keyName}`] },
  'flow-log': { ownerId: (r) => [r.ownerId], resourceId: (r) => [r.resourceId] },
} as const satisfies { readonly [K in Kind]?: { readonly [name: string]: Index<K> } }
