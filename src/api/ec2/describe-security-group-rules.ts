import type { DescribeSecurityGroupRulesRequest, DescribeSecurityGroupRulesResult } from '@aws-sdk/client-ec2'
import type { SecurityGroup, SecurityGroupRule } from '../../resource/security-group.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { allOwned, checkIdForm } from './owned.ts'
import { paginate } from './pagination.ts'
import { describeSecurityGroupRule } from './security-group-rule.ts'

/** A rule has no Region of its own: it is found through its group. */
interface RuleOfGroup {
  readonly rule: SecurityGroupRule
  readonly group: SecurityGroup
}

const filters: FilterTable<RuleOfGroup> = {
  'group-id': ({ rule }) => rule.groupId,
  'security-group-rule-id': ({ rule }) => rule.securityGroupRuleId,
}

/**
 * Source: EC2 API Reference, DescribeSecurityGroupRules.
 *
 * @throws InvalidSecurityGroupRuleId.NotFound, InvalidSecurityGroupRuleId.Malformed, InvalidParameterValue
 */
export const describeSecurityGroupRules: Operation<
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult
> = {
  action: 'ec2:DescribeSecurityGroupRules',
  kind: 'read',

  handle(input, ctx) {
    const own = allOwned(ctx, 'security-group').flatMap((group) =>
      ctx.tx.by('security-group-rule', 'groupId', group.groupId).map((rule) => ({ rule, group })),
    )
    const rules = applyFilters(
      withIds(own, input.SecurityGroupRuleIds),
      input.Filters,
      filters,
      ({ rule }) => rule.tags,
      errors.unknownFilter,
    )
    const { page, nextToken } = paginate(rules, input, {
      min: 5,
      max: 1000,
      idOf: ({ rule }) => rule.securityGroupRuleId,
    })
    return {
      SecurityGroupRules: page.map(({ rule, group }) => describeSecurityGroupRule(rule, group)),
      NextToken: nextToken,
    }
  },
}

function withIds(own: readonly RuleOfGroup[], ids: readonly string[] | undefined): readonly RuleOfGroup[] {
  if (!ids || ids.length === 0) return own
  const byId = new Map(own.map((item) => [item.rule.securityGroupRuleId, item]))
  return [...new Set(ids)].map((id) => {
    checkIdForm(id, errors.securityGroupRuleId)
    const item = byId.get(id)
    if (!item) throw errors.securityGroupRuleId.notFound(id)
    return item
  })
}
