import type {
  ModifySecurityGroupRulesRequest,
  ModifySecurityGroupRulesResult,
  SecurityGroupRuleRequest,
} from '@aws-sdk/client-ec2'
import type { SecurityGroup, SecurityGroupRule } from '../../resource/security-group.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { checkIdForm, requireOwned } from './owned.ts'
import { checkRuleQuota, parsePermissions, ruleKey, ruleText } from './security-group-rule.ts'

/**
 * Rewrites rules of a group: all of them, or none when one is refused. A rule keeps its id, direction and tags; the rest is
 * what the request says, so a description that is not named again is gone.
 *
 * Source: EC2 API Reference, ModifySecurityGroupRules.
 *
 * @throws InvalidGroup.NotFound, InvalidSecurityGroupRuleId.NotFound, InvalidPermission.Duplicate, InvalidParameterValue
 */
export const modifySecurityGroupRules: Operation<ModifySecurityGroupRulesRequest, ModifySecurityGroupRulesResult> = {
  action: 'ec2:ModifySecurityGroupRules',
  kind: 'write',

  handle(input, ctx) {
    const group = requireOwned(ctx, 'security-group', input.GroupId, errors.groupId, 'groupId')
    const updates = input.SecurityGroupRules ?? []
    if (updates.length === 0) throw errors.missingParameter('SecurityGroupRule')

    const changed = updates.map(({ SecurityGroupRuleId: id, SecurityGroupRule: wish }) =>
      rewritten(ctx, group, requireRule(ctx, group, id), wish ?? {}),
    )
    for (const rule of changed) ctx.tx.put('security-group-rule', rule)
    refuseDuplicates(ctx, group)
    const rules = ctx.tx.by('security-group-rule', 'groupId', group.groupId)
    for (const isEgress of [false, true]) {
      const ofDirection = rules.filter((rule) => rule.isEgress === isEgress)
      if (changed.some((rule) => rule.isEgress === isEgress)) checkRuleQuota(ctx, ofDirection)
    }
    return { Return: true }
  },
}

function requireRule({ tx }: OperationContext, { groupId }: SecurityGroup, id: string | undefined): SecurityGroupRule {
  if (!id) throw errors.missingParameter('SecurityGroupRuleId')
  checkIdForm(id, errors.securityGroupRuleId)
  const rule = tx.get('security-group-rule', id)
  if (rule?.groupId !== groupId) throw errors.securityGroupRuleId.notFound(id)
  return rule
}

function rewritten(
  { tx }: OperationContext,
  group: SecurityGroup,
  { securityGroupRuleId, groupId, ownerId, isEgress, tags }: SecurityGroupRule,
  wish: SecurityGroupRuleRequest,
): SecurityGroupRule {
  const { Description: text } = wish
  const description = text === undefined ? {} : { Description: text }
  const [spec, ...more] = parsePermissions(tx, group, [
    {
      IpProtocol: wish.IpProtocol,
      FromPort: wish.FromPort,
      ToPort: wish.ToPort,
      ...(wish.CidrIpv4 !== undefined && { IpRanges: [{ CidrIp: wish.CidrIpv4, ...description }] }),
      ...(wish.CidrIpv6 !== undefined && { Ipv6Ranges: [{ CidrIpv6: wish.CidrIpv6, ...description }] }),
      ...(wish.PrefixListId !== undefined && { PrefixListIds: [{ PrefixListId: wish.PrefixListId, ...description }] }),
      ...(wish.ReferencedGroupId !== undefined && {
        UserIdGroupPairs: [{ GroupId: wish.ReferencedGroupId, ...description }],
      }),
    },
  ])
  if (!spec || more.length > 0) {
    throw errors.invalidParameterCombination(
      'Exactly one of CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupId must be specified',
    )
  }
  return { securityGroupRuleId, groupId, ownerId, isEgress, ...spec, tags }
}

/** After the change, so that two rules may change places. A refusal undoes the whole call. */
function refuseDuplicates({ tx }: OperationContext, { groupId }: SecurityGroup): void {
  const seen = new Set<string>()
  for (const rule of tx.by('security-group-rule', 'groupId', groupId)) {
    const key = `${rule.isEgress}|${ruleKey(rule)}`
    if (seen.has(key)) throw errors.permissionDuplicate(ruleText(rule))
    seen.add(key)
  }
}
