import type { SetRulePrioritiesInput, SetRulePrioritiesOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { listenerOfRule } from './listener-rule.ts'

/**
 * Refuses: the only rule of a network load balancer's listener is its default rule, which comes last whatever is asked.
 * Source: Elastic Load Balancing v2 API Reference, SetRulePriorities.
 *
 * @throws RuleNotFound, OperationNotPermitted, ValidationError
 */
export const setRulePriorities: Operation<SetRulePrioritiesInput, SetRulePrioritiesOutput> = {
  action: 'elasticloadbalancing:SetRulePriorities',
  kind: 'write',

  handle({ RulePriorities: pairs = [] }, ctx) {
    const arns = pairs.map(({ RuleArn: arn = '' }) => arn)
    for (const arn of arns) listenerOfRule(ctx, arn)
    if (arns.length === 0) throw errors.validationError('At least one rule priority must be specified')
    throw errors.operationNotPermitted(`The priority of default rule '${arns[0]}' cannot be set`)
  },
}
