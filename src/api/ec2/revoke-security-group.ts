import type { IpPermission, RevokedSecurityGroupRule } from '@aws-sdk/client-ec2'
import type { SecurityGroup, SecurityGroupRule } from '../../resource/security-group.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { checkIdForm } from './owned.ts'
import { requireGroup } from './security-group.ts'
import {
  type FlatPermission,
  groupPermissions,
  parsePermissions,
  permissionsOf,
  ruleKey,
} from './security-group-rule.ts'

export interface RevokeRequest extends FlatPermission {
  readonly GroupId?: string | undefined
  readonly GroupName?: string | undefined
  readonly IpPermissions?: readonly IpPermission[] | undefined
  readonly SecurityGroupRuleIds?: readonly string[] | undefined
}

export interface RevokeResult {
  Return: boolean
  UnknownIpPermissions: IpPermission[]
  RevokedSecurityGroupRules: RevokedSecurityGroupRule[]
}

/**
 * Removes rules of one direction from a group, named by their ids or by what they permit (descriptions do not count).
 *
 * A permission the group does not have is an error, and nothing is removed; but in a default VPC the rest is removed and
 * the answer lists what was unknown. That difference is AWS's: EC2 API Reference, RevokeSecurityGroupIngress.
 */
export function revokeRules(input: RevokeRequest, ctx: OperationContext, isEgress: boolean): RevokeResult {
  const group = requireGroup(ctx, input)
  const rules = ctx.tx.by('security-group-rule', 'groupId', group.groupId).filter((rule) => rule.isEgress === isEgress)
  const ids = input.SecurityGroupRuleIds ?? []
  const { revoked, unknown } =
    ids.length > 0 ? findById(rules, [...new Set(ids)]) : findByPermission(input, ctx, group, rules)

  for (const rule of revoked) ctx.tx.delete('security-group-rule', rule.securityGroupRuleId)
  return { Return: true, UnknownIpPermissions: unknown, RevokedSecurityGroupRules: revoked.map(describeRevokedRule) }
}

interface Found {
  readonly revoked: readonly SecurityGroupRule[]
  readonly unknown: IpPermission[]
}

function findById(rules: readonly SecurityGroupRule[], ids: readonly string[]): Found {
  const revoked = ids.map((id) => {
    checkIdForm(id, errors.securityGroupRuleId)
    const rule = rules.find((candidate) => candidate.securityGroupRuleId === id)
    if (!rule) throw errors.securityGroupRuleId.notFound(id)
    return rule
  })
  return { revoked, unknown: [] }
}

function findByPermission(
  input: RevokeRequest,
  { tx }: OperationContext,
  group: SecurityGroup,
  rules: readonly SecurityGroupRule[],
): Found {
  const specs = parsePermissions(tx, group, permissionsOf(input.IpPermissions, input))
  const byKey = new Map(rules.map((rule) => [ruleKey(rule), rule]))
  const unknown = specs.filter((spec) => !byKey.has(ruleKey(spec)))
  if (unknown.length > 0 && !tx.get('vpc', group.vpcId)?.isDefault) throw errors.permissionNotFound()
  return {
    revoked: specs.map((spec) => byKey.get(ruleKey(spec))).filter((rule) => rule !== undefined),
    unknown: groupPermissions(unknown),
  }
}

function describeRevokedRule(rule: SecurityGroupRule): RevokedSecurityGroupRule {
  return {
    SecurityGroupRuleId: rule.securityGroupRuleId,
    GroupId: rule.groupId,
    IsEgress: rule.isEgress,
    IpProtocol: rule.ipProtocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    ...(rule.cidrIpv4 !== undefined && { CidrIpv4: rule.cidrIpv4 }),
    ...(rule.cidrIpv6 !== undefined && { CidrIpv6: rule.cidrIpv6 }),
    ...(rule.prefixListId !== undefined && { PrefixListId: rule.prefixListId }),
    ...(rule.referencedGroupId !== undefined && { ReferencedGroupId: rule.referencedGroupId }),
    ...(rule.description !== undefined && { Description: rule.description }),
  }
}
