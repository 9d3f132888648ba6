import type { DescribeRulesInput, DescribeRulesOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { findListener, listenerSortKey } from './listener.ts'
import { describeDefaultRule, listenerOfRule } from './listener-rule.ts'
import { page } from './pagination.ts'

/**
 * The default rule of a listener: network load balancers have no other.
 * Source: Elastic Load Balancing v2 API Reference, DescribeRules.
 *
 * @throws ListenerNotFound, RuleNotFound, ValidationError
 */
export const describeRules: Operation<DescribeRulesInput, DescribeRulesOutput> = {
  action: 'elasticloadbalancing:DescribeRules',
  kind: 'read',

  handle(input, ctx) {
    const { ListenerArn: listenerArn, RuleArns: ruleArns = [] } = input
    if ((listenerArn === undefined) === (ruleArns.length === 0)) {
      throw errors.validationError('You must specify either listener rule ARNs or a listener ARN')
    }
    const listeners = listenerArn ? [findListener(ctx, listenerArn)] : ruleArns.map((arn) => listenerOfRule(ctx, arn))
    const { items, NextMarker } = page(new Set(listeners), listenerSortKey, input)
    return { Rules: items.map(describeDefaultRule), ...(NextMarker && { NextMarker }) }
  },
}
