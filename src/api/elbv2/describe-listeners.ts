import type { DescribeListenersInput, DescribeListenersOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Listener } from '../../resource/load-balancer.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { validationError } from './errors.ts'
import { describeListener, findListener, listenerSortKey } from './listener.ts'
import { findLoadBalancer } from './load-balancer.ts'
import { page } from './pagination.ts'

/**
 * Lists the listeners of a load balancer, or those named.
 * Source: Elastic Load Balancing v2 API Reference, DescribeListeners.
 *
 * @throws LoadBalancerNotFound, ListenerNotFound
 */
export const describeListeners: Operation<DescribeListenersInput, DescribeListenersOutput> = {
  action: 'elasticloadbalancing:DescribeListeners',
  kind: 'read',

  handle(input, ctx) {
    const { items, NextMarker } = page(select(input, ctx), listenerSortKey, input)
    return { Listeners: items.map(describeListener), ...(NextMarker && { NextMarker }) }
  },
}

function select(input: DescribeListenersInput, ctx: OperationContext): Iterable<Listener> {
  const { LoadBalancerArn: loadBalancerArn, ListenerArns: arns = [] } = input
  if ((loadBalancerArn === undefined) === (arns.length === 0)) {
    throw validationError(
      loadBalancerArn === undefined
        ? 'You must specify either listener ARNs or a load balancer ARN'
        : 'Listener ARNs and a load balancer ARN cannot be specified at the same time',
    )
  }
  if (loadBalancerArn === undefined) return new Set(arns.map((arn) => findListener(ctx, arn)))
  return ctx.tx.by('listener', 'loadBalancerArn', findLoadBalancer(ctx, loadBalancerArn).loadBalancerArn)
}
