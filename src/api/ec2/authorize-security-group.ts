import type { IpPermission, TagSpecification, SecurityGroupRule as WireSecurityGroupRule } from '@aws-sdk/client-ec2'
import type { SecurityGroupRule } from '../../resource/security-group.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { requireGroup } from './security-group.ts'
import {
  checkRuleQuota,
  describeSecurityGroupRule,
  type FlatPermission,
  parsePermissions,
  permissionsOf,
  ruleKey,
  ruleText,
} from './security-group-rule.ts'
import { tagsFromSpecifications } from './tags.ts'

export interface AuthorizeRequest extends FlatPermission {
  readonly GroupId?: string | undefined
  readonly GroupName?: string | undefined
  readonly IpPermissions?: readonly IpPermission[] | undefined
  readonly TagSpecifications?: readonly TagSpecification[] | undefined
}

/** Adds rules of one direction to a group: all of them, or none when one is refused. */
export function authorizeRules(
  input: AuthorizeRequest,
  ctx: OperationContext,
  isEgress: boolean,
): { Return: boolean; SecurityGroupRules: WireSecurityGroupRule[] } {
  const group = requireGroup(ctx, input)
  const specs = parsePermissions(ctx.tx, group, permissionsOf(input.IpPermissions, input))
  const tags = tagsFromSpecifications(input.TagSpecifications, 'security-group-rule')

  const existing = ctx.tx.by('security-group-rule', 'groupId', group.groupId)
  const ofDirection = existing.filter((rule) => rule.isEgress === isEgress)
  const keys = new Set(ofDirection.map(ruleKey))
  const duplicate = specs.find((spec) => keys.has(ruleKey(spec)))
  if (duplicate) throw errors.permissionDuplicate(ruleText(duplicate))
  checkRuleQuota(ctx, [...ofDirection, ...specs])

  const rules = specs.map((spec): SecurityGroupRule => {
    const rule = {
      securityGroupRuleId: ctx.newId('sgr'),
      groupId: group.groupId,
      ownerId: group.ownerId,
      isEgress,
      ...spec,
      tags,
    }
    ctx.tx.put('security-group-rule', rule)
    return rule
  })
  return { Return: true, SecurityGroupRules: rules.map((rule) => describeSecurityGroupRule(rule, group)) }
}
