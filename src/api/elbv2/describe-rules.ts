import type { DescribeRulesInput, DescribeRulesOutput, Rule } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Listener } from '../../resource/load-balancer.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { describeListener, findListener } from './listener.ts'

/** A listener of a network load balancer has one rule, its default action; the ARN has the listener's own digits twice. */
function defaultRuleArn(listener: Listener): string {
  const digits = listener.listenerArn.split('/').at(-1)
  return `${listener.listenerArn.replace(':listener/', ':listener-rule/')}/${digits}`
}

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
    return { Rules: listeners.map(describeDefaultRule) }
  },
}

function listenerOfRule({ tx, accountId, region }: OperationContext, ruleArn: string): Listener {
  const listenerArn = ruleArn.replace(':listener-rule/', ':listener/').replace(/\/[0-9a-f]+$/, '')
  const listener = tx.get('listener', listenerArn)
  const isOwn = listener?.ownerId === accountId && listener.region === region
  if (!listener || !isOwn || defaultRuleArn(listener) !== ruleArn) throw errors.ruleNotFound(ruleArn)
  return listener
}

function describeDefaultRule(listener: Listener): Rule {
  return {
    RuleArn: defaultRuleArn(listener),
    Priority: 'default',
    Conditions: [],
    Actions: describeListener(listener).DefaultActions,
    IsDefault: true,
  }
}
