import type {
  DescribeCapacityReservationInput,
  DescribeCapacityReservationOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import { findLoadBalancer } from './load-balancer.ts'

/**
 * Nothing is reserved, because nothing can be: the answer has no reservation, as for every AWS load balancer without one.
 * Source: Elastic Load Balancing v2 API Reference, DescribeCapacityReservation.
 *
 * @throws LoadBalancerNotFound
 */
export const describeCapacityReservation: Operation<
  DescribeCapacityReservationInput,
  DescribeCapacityReservationOutput
> = {
  action: 'elasticloadbalancing:DescribeCapacityReservation',
  kind: 'read',

  handle(input, ctx) {
    findLoadBalancer(ctx, input.LoadBalancerArn)
    return { DecreaseRequestsRemaining: 0, CapacityReservationState: [] }
  },
}
