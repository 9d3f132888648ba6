import type { SetSecurityGroupsInput, SetSecurityGroupsOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import { invalidConfigurationRequest } from './errors.ts'
import { findLoadBalancer } from './load-balancer.ts'

/**
 * Refuses, as AWS does for a load balancer that was created without security groups: here all are (CreateLoadBalancer).
 * Source: Elastic Load Balancing v2 API Reference, SetSecurityGroups; reference 2.7.
 *
 * @throws LoadBalancerNotFound, InvalidConfigurationRequest
 */
export const setSecurityGroups: Operation<SetSecurityGroupsInput, SetSecurityGroupsOutput> = {
  action: 'elasticloadbalancing:SetSecurityGroups',
  kind: 'write',
  missing: ['No load balancer can have security groups here, so the call is always refused.'],

  handle(input, ctx) {
    findLoadBalancer(ctx, input.LoadBalancerArn)
    throw invalidConfigurationRequest(
      'Security groups cannot be set on a network load balancer that was created without security groups',
    )
  },
}
