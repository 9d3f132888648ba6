import type { CreateRuleInput, CreateRuleOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import { rulesNotSupported } from './errors.ts'
import { findListener } from './listener.ts'

/**
 * Refuses: listeners of network load balancers have their default action and no rule beside it.
 * Source: Elastic Load Balancing v2 API Reference, CreateRule.
 *
 * @throws ListenerNotFound, InvalidConfigurationRequest
 */
export const createRule: Operation<CreateRuleInput, CreateRuleOutput> = {
  action: 'elasticloadbalancing:CreateRule',
  kind: 'write',

  handle(input, ctx) {
    findListener(ctx, input.ListenerArn)
    throw rulesNotSupported()
  },
}
