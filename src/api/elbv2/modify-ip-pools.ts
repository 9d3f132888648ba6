import type { ModifyIpPoolsInput, ModifyIpPoolsOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import { invalidConfigurationRequest } from './errors.ts'
import { findLoadBalancer } from './load-balancer.ts'

/**
 * Refuses, as for every load balancer that is not an application load balancer: only those take addresses from IPAM pools.
 * Source: Elastic Load Balancing v2 API Reference, ModifyIpPools.
 *
 * @throws LoadBalancerNotFound, InvalidConfigurationRequest
 */
export const modifyIpPools: Operation<ModifyIpPoolsInput, ModifyIpPoolsOutput> = {
  action: 'elasticloadbalancing:ModifyIpPools',
  kind: 'write',

  handle(input, ctx) {
    findLoadBalancer(ctx, input.LoadBalancerArn)
    throw invalidConfigurationRequest("IPAM pools are not supported on load balancers with type 'network'")
  },
}
