import type { GroupIdentifier, SecurityGroup as WireSecurityGroup } from '@aws-sdk/client-ec2'
import type { SecurityGroup, SecurityGroupRule } from '../../resource/security-group.ts'
import type { Tag } from '../../resource/tag.ts'
import type { Vpc } from '../../resource/vpc.ts'
import type { View } from '../../state/transaction.ts'
import type { OperationContext } from '../operation.ts'
import { quotas } from '../quota.ts'
import * as errors from './errors.ts'
import { checkIdForm, checkRegionQuota, defaultVpcOf, requireOwned, type Scope } from './owned.ts'
import { groupPermissions } from './security-group-rule.ts'
import { toWireTags } from './tags.ts'

/** The group every VPC has; it cannot be deleted, nor another be given its name. */
export const defaultGroupName = 'default'

export function defaultGroupOf(tx: View, vpcId: string): SecurityGroup | undefined {
  return groupNamed(tx, vpcId, defaultGroupName)
}

export function groupNamed(tx: View, vpcId: string, groupName: string): SecurityGroup | undefined {
  return tx.by('security-group', 'vpcId', vpcId).find((group) => group.groupName === groupName)
}

/**
 * The groups of a new interface: those that were asked for, or the VPC's default group.
 *
 * @param subnetId named in the error for a group of another VPC; without it such a group looks like not existing
 * @param limit    the caller's quota (`quotas.securityGroupsPerInterface`)
 * @throws InvalidGroup.NotFound, InvalidGroupId.Malformed, InvalidParameter, SecurityGroupsPerInterfaceLimitExceeded
 */
export function resolveGroups(
  tx: View,
  vpcId: string,
  groupIds: readonly string[] | undefined,
  subnetId?: string,
  limit: number = quotas.securityGroupsPerInterface.defaultValue,
): readonly string[] {
  const unique = [...new Set(groupIds ?? [])]
  if (unique.length === 0) {
    const group = defaultGroupOf(tx, vpcId)
    return group ? [group.groupId] : []
  }
  const vpcOwner = tx.get('vpc', vpcId)?.ownerId
  for (const groupId of unique) {
    checkIdForm(groupId, errors.groupId)
    const group = tx.get('security-group', groupId)
    if (!group || group.ownerId !== vpcOwner) throw errors.groupId.notFound(groupId)
    if (!servesVpc(group, vpcId)) {
      throw subnetId ? errors.groupAndSubnetDiffer(groupId, subnetId) : errors.groupId.notFound(groupId)
    }
  }
  if (unique.length > limit) throw errors.groupsPerInterfaceExceeded()
  return unique
}

/** Whether interfaces of a VPC may have the group: its own VPC's, and those that it is associated with. */
export function servesVpc(group: SecurityGroup, vpcId: string): boolean {
  return group.vpcId === vpcId || (group.associatedVpcIds?.includes(vpcId) ?? false)
}

/**
 * The group that a request names: by id, or by name in the default VPC.
 *
 * @throws InvalidGroup.NotFound, InvalidGroupId.Malformed, MissingParameter, VPCIdNotSpecified
 */
export function requireGroup(
  scope: Scope,
  {
    GroupId: groupId,
    GroupName: groupName,
  }: { readonly GroupId?: string | undefined; readonly GroupName?: string | undefined },
): SecurityGroup {
  if (groupId || !groupName)
    return requireOwned(scope, 'security-group', groupId, errors.groupId, 'groupName or groupId')
  const vpc = defaultVpcOf(scope)
  if (!vpc) throw errors.noDefaultVpc()
  const group = groupNamed(scope.tx, vpc.vpcId, groupName)
  if (!group) throw errors.groupNotFoundByName(groupName, vpc.vpcId)
  return group
}

/** Groups as interfaces, instances and endpoints show them. */
export function groupIdentifiers(tx: View, groupIds: readonly string[]): GroupIdentifier[] {
  return groupIds.map((groupId) => ({
    GroupId: groupId,
    GroupName: tx.get('security-group', groupId)?.groupName ?? '',
  }))
}

/** Makes a group with the rule that every new group has: all traffic may leave, IPv6 too in a VPC that has a block of it. */
export function putSecurityGroup(
  ctx: OperationContext,
  vpc: Vpc,
  { groupName, description, tags }: Pick<SecurityGroup, 'groupName' | 'description' | 'tags'>,
): SecurityGroup {
  checkRegionQuota(ctx, 'security-group', quotas.securityGroupsPerRegion)
  const group: SecurityGroup = {
    groupId: ctx.newId('sg'),
    groupName,
    description,
    vpcId: vpc.vpcId,
    ownerId: vpc.ownerId,
    region: vpc.region,
    tags,
  }
  ctx.tx.put('security-group', group)
  putAllTrafficRule(ctx, group, { isEgress: true, cidrIpv4: '0.0.0.0/0' })
  if (vpc.ipv6CidrBlockAssociations?.length) putAllTrafficRule(ctx, group, { isEgress: true, cidrIpv6: '::/0' })
  return group
}

/** The default group of a new VPC: besides, its members may reach each other. */
export function putDefaultSecurityGroup(ctx: OperationContext, vpc: Vpc): SecurityGroup {
  const group = putSecurityGroup(ctx, vpc, {
    groupName: defaultGroupName,
    description: 'default VPC security group',
    tags: [],
  })
  putAllTrafficRule(ctx, group, {
    isEgress: false,
    referencedGroupId: group.groupId,
    referencedGroupOwnerId: group.ownerId,
  })
  return group
}

function putAllTrafficRule(
  ctx: OperationContext,
  group: SecurityGroup,
  peer: Pick<SecurityGroupRule, 'isEgress' | 'cidrIpv4' | 'cidrIpv6' | 'referencedGroupId' | 'referencedGroupOwnerId'>,
  tags: readonly Tag[] = [],
): void {
  ctx.tx.put('security-group-rule', {
    securityGroupRuleId: ctx.newId('sgr'),
    groupId: group.groupId,
    ownerId: group.ownerId,
    ipProtocol: '-1',
    fromPort: -1,
    toPort: -1,
    ...peer,
    tags,
  })
}

/** Removes a group and its rules. */
export function deleteGroupWithRules({ tx }: Pick<OperationContext, 'tx'>, groupId: string): void {
  for (const rule of tx.by('security-group-rule', 'groupId', groupId)) {
    tx.delete('security-group-rule', rule.securityGroupRuleId)
  }
  tx.delete('security-group', groupId)
}

export function securityGroupArn(group: SecurityGroup): string {
  return `arn:aws:ec2:${group.region}:${group.ownerId}:security-group/${group.groupId}`
}

/** A group as DescribeSecurityGroups answers it. */
export function describeSecurityGroup(tx: View, group: SecurityGroup): WireSecurityGroup {
  const rules = tx.by('security-group-rule', 'groupId', group.groupId)
  return {
    GroupId: group.groupId,
    GroupName: group.groupName,
    Description: group.description,
    VpcId: group.vpcId,
    OwnerId: group.ownerId,
    SecurityGroupArn: securityGroupArn(group),
    IpPermissions: groupPermissions(rules.filter((rule) => !rule.isEgress)),
    IpPermissionsEgress: groupPermissions(rules.filter((rule) => rule.isEgress)),
    Tags: toWireTags(group.tags),
  }
}
