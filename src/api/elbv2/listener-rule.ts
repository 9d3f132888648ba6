import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Listener } from '../../resource/load-balancer.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { describeDefaultActions } from './listener-actions.ts'
import { isVisible } from './load-balancer.ts'

/** The rules of listeners: each listener of a network load balancer has one, its default action. */

/** The listener's ARN with another word, and the listener's own digits once more behind. */
function defaultRuleArn(listener: Listener): string {
  const digits = listener.listenerArn.split('/').at(-1)
  return `${listener.listenerArn.replace(':listener/', ':listener-rule/')}/${digits}`
}

/**
 * The caller's listener whose default rule this is.
 *
 * @throws RuleNotFound, ValidationError
 */
export function listenerOfRule(ctx: OperationContext, ruleArn: string): Listener {
  if (!/^arn:aws:elasticloadbalancing:[^:]*:\d{12}:listener-rule\/.+/.test(ruleArn)) {
    throw errors.validationError(`'${ruleArn}' is not a valid listener rule ARN`)
  }
  const listenerArn = ruleArn.replace(':listener-rule/', ':listener/').replace(/\/[0-9a-f]+$/, '')
  const listener = ctx.tx.get('listener', listenerArn)
  const isKnown = listener && isVisible(ctx, listener) && defaultRuleArn(listener) === ruleArn
  if (!isKnown) throw errors.ruleNotFound(ruleArn)
  return listener
}

export function describeDefaultRule(listener: Listener): Rule {
  return {
    RuleArn: defaultRuleArn(listener),
    Priority: 'default',
    Conditions: [],
    Actions: describeDefaultActions(listener),
    IsDefault: true,
  }
}
