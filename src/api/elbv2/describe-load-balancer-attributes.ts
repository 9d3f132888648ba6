import type {
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { defaultLoadBalancerAttributes } from '../../resource/load-balancer.ts'
import type { Operation } from '../operation.ts'
import { describeAttributes } from './attributes.ts'
import { findLoadBalancer } from './load-balancer.ts'

/**
 * Every attribute of a network load balancer with its value, set or default.
 * Source: Elastic Load Balancing v2 API Reference, DescribeLoadBalancerAttributes.
 *
 * @throws LoadBalancerNotFound
 */
export const describeLoadBalancerAttributes: Operation<
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput
> = {
  action: 'elasticloadbalancing:DescribeLoadBalancerAttributes',
  kind: 'read',

  handle(input, ctx) {
    const loadBalancer = findLoadBalancer(ctx, input.LoadBalancerArn)
    return { Attributes: describeAttributes(defaultLoadBalancerAttributes(loadBalancer), loadBalancer.attributes) }
  },
}
