import type { DescribeLoadBalancersInput, DescribeLoadBalancersOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { LoadBalancer } from '../../resource/load-balancer.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { describeLoadBalancer, findLoadBalancer, isVisible, loadBalancerSortKey } from './load-balancer.ts'
import { page } from './pagination.ts'

/** ARNs or names in one request. */
const maxNames = 20

/**
 * Lists load balancers. An unknown name is an error and no empty list: Terraform relies on it (reference 15.4).
 * Source: Elastic Load Balancing v2 API Reference, DescribeLoadBalancers.
 *
 * @throws LoadBalancerNotFound
 */
export const describeLoadBalancers: Operation<DescribeLoadBalancersInput, DescribeLoadBalancersOutput> = {
  action: 'elasticloadbalancing:DescribeLoadBalancers',
  kind: 'read',

  handle(input, ctx) {
    const { items, NextMarker } = page(select(input, ctx), loadBalancerSortKey, input)
    return {
      LoadBalancers: items.map((loadBalancer) => describeLoadBalancer(ctx, loadBalancer)),
      ...(NextMarker && { NextMarker }),
    }
  },
}

function select(input: DescribeLoadBalancersInput, ctx: OperationContext): Iterable<LoadBalancer> {
  const { LoadBalancerArns: arns = [], Names: names = [] } = input
  if (arns.length > 0 && names.length > 0) {
    throw errors.validationError('Load balancer names and load balancer ARNs cannot be specified at the same time')
  }
  if (arns.length + names.length > maxNames) {
    throw errors.validationError(`Cannot have more than ${maxNames} load balancers described`)
  }
  if (arns.length > 0) return new Set(arns.map((arn) => findLoadBalancer(ctx, arn)))
  const own = ctx.tx.by('load-balancer', 'ownerId', ctx.accountId).filter((lb) => isVisible(ctx, lb))
  if (names.length === 0) return own
  const missing = names.filter((name) => !own.some((lb) => lb.loadBalancerName === name))
  if (missing.length > 0) throw errors.loadBalancersNotFound(missing)
  return own.filter((lb) => names.includes(lb.loadBalancerName))
}
