import type { ModifyRuleInput, ModifyRuleOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import { operationNotPermitted } from './errors.ts'
import { listenerOfRule } from './listener-rule.ts'

/**
 * Refuses: the only rule of a network load balancer's listener is its default rule, which ModifyListener changes.
 * Source: Elastic Load Balancing v2 API Reference, ModifyRule.
 *
 * @throws RuleNotFound, OperationNotPermitted
 */
export const modifyRule: Operation<ModifyRuleInput, ModifyRuleOutput> = {
  action: 'elasticloadbalancing:ModifyRule',
  kind: 'write',

  handle({ RuleArn: arn = '' }, ctx) {
    listenerOfRule(ctx, arn)
    throw operationNotPermitted(`Default rule '${arn}' cannot be modified`)
  },
}
