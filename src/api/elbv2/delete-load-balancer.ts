import type { DeleteLoadBalancerInput, DeleteLoadBalancerOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { loadBalancerAttribute } from '../../resource/load-balancer.ts'
import type { Operation } from '../operation.ts'
import { operationNotPermitted, resourceInUse } from './errors.ts'
import { checkLoadBalancerArn, isVisible } from './load-balancer.ts'
import { isTarget } from './load-balancer-chain.ts'

/**
 * Deletes a load balancer with its listeners and its nodes' interfaces; target groups stay.
 *
 * The interfaces go at once, not when the kernel has followed: their fabric addresses are never given again, so a
 * packet still under way reaches nobody. An unknown ARN succeeds, as on AWS.
 * Source: Elastic Load Balancing v2 API Reference, DeleteLoadBalancer.
 *
 * @throws OperationNotPermitted, ResourceInUse, ValidationError
 */
export const deleteLoadBalancer: Operation<DeleteLoadBalancerInput, DeleteLoadBalancerOutput> = {
  action: 'elasticloadbalancing:DeleteLoadBalancer',
  kind: 'write',

  handle(input, ctx) {
    const { tx } = ctx
    checkLoadBalancerArn(input.LoadBalancerArn)
    const loadBalancer = tx.get('load-balancer', input.LoadBalancerArn)
    if (!loadBalancer || !isVisible(ctx, loadBalancer)) return {}
    const arn = loadBalancer.loadBalancerArn
    if (loadBalancerAttribute(loadBalancer, 'deletion_protection.enabled') === 'true') {
      throw operationNotPermitted(`Load balancer '${arn}' cannot be deleted because deletion protection is enabled`)
    }
    if (tx.by('endpoint-service', 'loadBalancerArn', arn).length > 0) {
      throw resourceInUse(
        `Load balancer '${arn}' cannot be deleted because it is currently associated with another service`,
      )
    }
    if (isTarget(ctx, arn)) {
      throw resourceInUse(`Load balancer '${arn}' cannot be deleted because it is currently a target of a target group`)
    }
    for (const listener of tx.by('listener', 'loadBalancerArn', arn)) tx.delete('listener', listener.listenerArn)
    for (const zone of loadBalancer.zones) tx.delete('network-interface', zone.networkInterfaceId)
    tx.delete('load-balancer', arn)
    return {}
  },
}
