import type { IpPermission, SecurityGroupRuleDescription } from '@aws-sdk/client-ec2'
import type { SecurityGroupRule } from '../../resource/security-group.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { checkedDescription } from './rule-description.ts'
import { requireGroup } from './security-group.ts'
import { parsePermissions, ruleKey } from './security-group-rule.ts'

interface UpdateDescriptionsRequest {
  readonly GroupId?: string | undefined
  readonly GroupName?: string | undefined
  readonly IpPermissions?: readonly IpPermission[] | undefined
  readonly SecurityGroupRuleDescriptions?: readonly SecurityGroupRuleDescription[] | undefined
}

/** Gives rules of one direction other descriptions: all of them, or none. A description that is left out is removed. */
export function updateDescriptions(
  input: UpdateDescriptionsRequest,
  ctx: OperationContext,
  isEgress: boolean,
): { Return: boolean } {
  const group = requireGroup(ctx, input)
  const rules = ctx.tx.by('security-group-rule', 'groupId', group.groupId).filter((rule) => rule.isEgress === isEgress)
  const { IpPermissions: permissions = [], SecurityGroupRuleDescriptions: named = [] } = input
  if (permissions.length === 0 && named.length === 0) throw errors.missingParameter('ipPermissions')

  const byPermission = parsePermissions(ctx.tx, group, permissions).map((spec) => {
    const rule = rules.find((candidate) => ruleKey(candidate) === ruleKey(spec))
    if (!rule) throw errors.permissionNotFound()
    return withDescription(rule, spec.description)
  })
  const byId = named.map(({ SecurityGroupRuleId: id = '', Description: description }) => {
    const rule = rules.find((candidate) => candidate.securityGroupRuleId === id)
    if (!rule) throw errors.securityGroupRuleId.notFound(id)
    return withDescription(rule, description === undefined ? undefined : checkedDescription(description))
  })
  for (const rule of [...byPermission, ...byId]) ctx.tx.put('security-group-rule', rule)
  return { Return: true }
}

function withDescription(
  { description: _, ...rule }: SecurityGroupRule,
  description: string | undefined,
): SecurityGroupRule {
  return description ? { ...rule, description } : rule
}
