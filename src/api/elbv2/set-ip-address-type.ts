import type { SetIpAddressTypeInput, SetIpAddressTypeOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { forwardedGroups, type LoadBalancer } from '../../resource/load-balancer.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { findLoadBalancer } from './load-balancer.ts'
import { checkUdpOnDualstack, giveFamily, parseIpAddressType } from './load-balancer-nodes.ts'

/**
 * Sets whether a load balancer has IPv6 addresses too: each node gets one of its subnet's block, or loses it.
 * Source: Elastic Load Balancing v2 API Reference, SetIpAddressType.
 *
 * @throws LoadBalancerNotFound, InvalidSubnet, InvalidConfigurationRequest, ValidationError
 */
export const setIpAddressType: Operation<SetIpAddressTypeInput, SetIpAddressTypeOutput> = {
  action: 'elasticloadbalancing:SetIpAddressType',
  kind: 'write',

  handle(input, ctx) {
    const loadBalancer = findLoadBalancer(ctx, input.LoadBalancerArn)
    const ipAddressType = parseIpAddressType(input.IpAddressType)
    if (loadBalancer.ipAddressType !== ipAddressType) {
      checkFamilyChange(ctx, loadBalancer, ipAddressType)
      const zones = loadBalancer.zones.map((zone) => giveFamily(ctx, zone, ipAddressType))
      ctx.tx.put('load-balancer', { ...loadBalancer, ipAddressType, zones })
    }
    return { IpAddressType: ipAddressType }
  },
}

/**
 * Whether a load balancer may have this address type, as far as others rely on the one it has.
 *
 * @throws InvalidConfigurationRequest; texts are ours
 */
export function checkFamilyChange(
  ctx: OperationContext,
  loadBalancer: LoadBalancer,
  ipAddressType: LoadBalancer['ipAddressType'],
): void {
  if (loadBalancer.ipAddressType === ipAddressType) return
  const { loadBalancerArn } = loadBalancer
  const listeners = ctx.tx.by('listener', 'loadBalancerArn', loadBalancerArn)
  if (ipAddressType === 'dualstack') {
    for (const { protocol } of listeners) checkUdpOnDualstack(ctx, { ...loadBalancer, ipAddressType }, protocol)
    return
  }
  const groups = listeners.flatMap(forwardedGroups)
  if (groups.some(({ targetGroupArn }) => ctx.tx.get('target-group', targetGroupArn)?.ipAddressType === 'ipv6')) {
    throw errors.invalidConfigurationRequest(
      `The load balancer '${loadBalancerArn}' forwards to a target group with the IP address type 'ipv6'`,
    )
  }
  const services = ctx.tx.by('endpoint-service', 'loadBalancerArn', loadBalancerArn)
  if (services.some(({ supportedIpAddressTypes }) => supportedIpAddressTypes.includes('ipv6'))) {
    throw errors.invalidConfigurationRequest(
      `The load balancer '${loadBalancerArn}' is associated with an endpoint service that supports the IP address type 'ipv6'`,
    )
  }
}
