import type { DescribeTargetGroupsInput, DescribeTargetGroupsOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { forwardedGroups } from '../../resource/load-balancer.ts'
import type { TargetGroup } from '../../resource/target-group.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { findLoadBalancer, isVisible } from './load-balancer.ts'
import { page } from './pagination.ts'
import { describeTargetGroup, findTargetGroup, targetGroupSortKey } from './target-group.ts'

/**
 * Lists target groups by load balancer, ARNs or names, or all. An unknown name is an error and no empty list.
 * Source: Elastic Load Balancing v2 API Reference, DescribeTargetGroups.
 *
 * @throws TargetGroupNotFound, LoadBalancerNotFound
 */
export const describeTargetGroups: Operation<DescribeTargetGroupsInput, DescribeTargetGroupsOutput> = {
  action: 'elasticloadbalancing:DescribeTargetGroups',
  kind: 'read',

  handle(input, ctx) {
    const { items, NextMarker } = page(select(input, ctx), targetGroupSortKey, input)
    return {
      TargetGroups: items.map((group) => describeTargetGroup(ctx, group)),
      ...(NextMarker && { NextMarker }),
    }
  },
}

function select(input: DescribeTargetGroupsInput, ctx: OperationContext): Iterable<TargetGroup> {
  const { LoadBalancerArn: loadBalancerArn, TargetGroupArns: arns = [], Names: names = [] } = input
  if ([loadBalancerArn !== undefined, arns.length > 0, names.length > 0].filter(Boolean).length > 1) {
    throw errors.validationError(
      'Target group names, target group ARNs, and a load balancer ARN cannot be specified at the same time',
    )
  }
  if (arns.length > 0) return new Set(arns.map((arn) => findTargetGroup(ctx, arn)))
  if (loadBalancerArn !== undefined) {
    const { loadBalancerArn: arn } = findLoadBalancer(ctx, loadBalancerArn)
    const forwarded = ctx.tx.by('listener', 'loadBalancerArn', arn).flatMap(forwardedGroups)
    const groupArns = new Set(forwarded.map(({ targetGroupArn }) => targetGroupArn))
    return [...groupArns].map((groupArn) => findTargetGroup(ctx, groupArn))
  }
  const own = ctx.tx.by('target-group', 'ownerId', ctx.accountId).filter((group) => isVisible(ctx, group))
  if (names.length === 0) return own
  if (names.some((name) => !own.some((group) => group.targetGroupName === name))) throw errors.targetGroupsNotFound()
  return own.filter((group) => names.includes(group.targetGroupName))
}
