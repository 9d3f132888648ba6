import type { DeleteListenerInput, DeleteListenerOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import { findListener } from './listener.ts'

/**
 * Closes a port of a load balancer: no new flow is accepted there.
 * Source: Elastic Load Balancing v2 API Reference, DeleteListener.
 *
 * @throws ListenerNotFound
 */
export const deleteListener: Operation<DeleteListenerInput, DeleteListenerOutput> = {
  action: 'elasticloadbalancing:DeleteListener',
  kind: 'write',

  handle(input, ctx) {
    ctx.tx.delete('listener', findListener(ctx, input.ListenerArn).listenerArn)
    return {}
  },
}
