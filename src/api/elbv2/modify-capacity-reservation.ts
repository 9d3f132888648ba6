import type {
  ModifyCapacityReservationInput,
  ModifyCapacityReservationOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { findLoadBalancer } from './load-balancer.ts'

/**
 * Refuses to reserve capacity: the kernel that carries the packets has what the host has, in no units that could be kept
 * free for one load balancer. To reset a reservation is to say that there shall be none, and so it is.
 * Source: Elastic Load Balancing v2 API Reference, ModifyCapacityReservation.
 *
 * @throws LoadBalancerNotFound, OperationNotPermitted, ValidationError
 */
export const modifyCapacityReservation: Operation<ModifyCapacityReservationInput, ModifyCapacityReservationOutput> = {
  action: 'elasticloadbalancing:ModifyCapacityReservation',
  kind: 'write',
  missing: ['No capacity can be reserved; ResetCapacityReservation is accepted.'],

  handle(input, ctx) {
    findLoadBalancer(ctx, input.LoadBalancerArn)
    const wanted = input.MinimumLoadBalancerCapacity?.CapacityUnits
    if ((wanted === undefined) !== (input.ResetCapacityReservation === true)) {
      throw errors.validationError('Specify either a minimum load balancer capacity or the reset of the reservation')
    }
    if (wanted !== undefined) {
      throw errors.operationNotPermitted(
        'Capacity cannot be reserved in this installation, whose load balancers have what the host has',
      )
    }
    return { DecreaseRequestsRemaining: 0, CapacityReservationState: [] }
  },
}
