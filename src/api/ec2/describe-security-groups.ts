import type { DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult } from '@aws-sdk/client-ec2'
import type { SecurityGroup, SecurityGroupRule } from '../../resource/security-group.ts'
import type { View } from '../../state/transaction.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { selectOwned } from './owned.ts'
import { paginate } from './pagination.ts'
import { describeSecurityGroup, requireGroup } from './security-group.ts'

/** The filters on rules exist twice: `ip-permission.cidr` for ingress and `egress.ip-permission.cidr`. */
const ruleFilters = (tx: View): { readonly [name: string]: (rule: SecurityGroupRule) => string | undefined } => ({
  cidr: (rule) => rule.cidrIpv4,
  'from-port': (rule) => String(rule.fromPort),
  'group-id': (rule) => rule.referencedGroupId,
  'group-name': (rule) => tx.get('security-group', rule.referencedGroupId)?.groupName,
  'ipv6-cidr': (rule) => rule.cidrIpv6,
  'prefix-list-id': (rule) => rule.prefixListId,
  protocol: (rule) => rule.ipProtocol,
  'to-port': (rule) => String(rule.toPort),
  'user-id': (rule) => rule.referencedGroupOwnerId,
})

function filters(tx: View): FilterTable<SecurityGroup> {
  const ofRules = [false, true].flatMap((isEgress) =>
    Object.entries(ruleFilters(tx)).map(([name, read]) => [
      `${isEgress ? 'egress.' : ''}ip-permission.${name}`,
      (group: SecurityGroup) =>
        tx
          .by('security-group-rule', 'groupId', group.groupId)
          .filter((rule) => rule.isEgress === isEgress)
          .map(read)
          .filter((value) => value !== undefined),
    ]),
  )
  return {
    ...Object.fromEntries(ofRules),
    description: (group) => group.description,
    'group-id': (group) => group.groupId,
    'group-name': (group) => group.groupName,
    'owner-id': (group) => group.ownerId,
    'vpc-id': (group) => group.vpcId,
  }
}

/**
 * Source: EC2 API Reference, DescribeSecurityGroups. Names are looked up in the default VPC only, as on AWS.
 *
 * @throws InvalidGroup.NotFound, InvalidGroupId.Malformed, InvalidParameterValue, InvalidNextToken
 */
export const describeSecurityGroups: Operation<DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult> = {
  action: 'ec2:DescribeSecurityGroups',
  kind: 'read',

  handle(input, ctx) {
    const groups = applyFilters(
      wantedGroups(ctx, input),
      input.Filters,
      filters(ctx.tx),
      (group) => group.tags,
      errors.unknownFilter,
    )
    const { page, nextToken } = paginate(groups, input, { min: 5, max: 1000, idOf: (group) => group.groupId })
    return { SecurityGroups: page.map((group) => describeSecurityGroup(ctx.tx, group)), NextToken: nextToken }
  },
}

function wantedGroups(
  ctx: OperationContext,
  { GroupIds: ids = [], GroupNames: names = [] }: DescribeSecurityGroupsRequest,
): readonly SecurityGroup[] {
  const byName = names.map((name) => requireGroup(ctx, { GroupName: name }))
  if (byName.length > 0 && ids.length === 0) return [...new Set(byName)]
  return [...new Set([...selectOwned(ctx, 'security-group', ids, errors.groupId), ...byName])]
}
