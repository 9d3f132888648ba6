import type { SetIpAddressTypeInput, SetIpAddressTypeOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import { findLoadBalancer } from './load-balancer.ts'
import { parseIpAddressType } from './load-balancer-nodes.ts'

/**
 * Sets whether a load balancer has IPv6 addresses too.
 * Source: Elastic Load Balancing v2 API Reference, SetIpAddressType.
 *
 * @throws LoadBalancerNotFound, InvalidConfigurationRequest, ValidationError
 */
export const setIpAddressType: Operation<SetIpAddressTypeInput, SetIpAddressTypeOutput> = {
  action: 'elasticloadbalancing:SetIpAddressType',
  kind: 'write',
  missing: ['Only the ipv4 address type.'],

  handle(input, ctx) {
    const loadBalancer = findLoadBalancer(ctx, input.LoadBalancerArn)
    const ipAddressType = parseIpAddressType(input.IpAddressType)
    if (loadBalancer.ipAddressType !== ipAddressType) ctx.tx.put('load-balancer', { ...loadBalancer, ipAddressType })
    return { IpAddressType: ipAddressType }
  },
}
