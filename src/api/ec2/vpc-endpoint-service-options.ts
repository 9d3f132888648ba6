import { zonesOf } from '../../resource/geography.ts'
import { defaultListenerAttributes, type LoadBalancer } from '../../resource/load-balancer.ts'
import type { OperationContext } from '../operation.ts'
import { invalidParameter } from './errors.ts'
import * as errors from './errors-privatelink.ts'

/**
 * The address families that a service is to support: IPv6 only when all of its load balancers have both.
 *
 * @throws InvalidParameter
 */
export function parseIpAddressTypes(
  types: readonly string[],
  loadBalancers: readonly LoadBalancer[],
): readonly ('ipv4' | 'ipv6')[] {
  const wanted = new Set(types)
  for (const type of wanted) {
    if (type !== 'ipv4' && type !== 'ipv6') throw invalidParameter(`The IP address type '${type}' is not valid.`)
  }
  if (wanted.size === 0) throw errors.lastIpAddressType()
  if (wanted.has('ipv6') && loadBalancers.some(({ ipAddressType }) => ipAddressType !== 'dualstack')) {
    throw errors.serviceIpv6NeedsDualstack()
  }
  return (['ipv4', 'ipv6'] as const).filter((type) => wanted.has(type))
}

/**
 * The Regions besides its own from which a service is to be reached. Its own is always one of them and may be named.
 *
 * That the caller may cross Regions at all (`vpce:AllowMultiRegion`) was asked before (api/authorization/ec2.ts).
 *
 * @throws InvalidParameter
 */
export function parseSupportedRegions(
  ctx: OperationContext,
  regions: readonly string[],
  loadBalancers: readonly LoadBalancer[],
): readonly string[] {
  for (const region of regions) if (zonesOf(region).length === 0) throw errors.invalidSupportedRegion(region)
  const remote = [...new Set(regions)].filter((region) => region !== ctx.region).sort()
  if (remote.length === 0) return []
  for (const { loadBalancerArn } of loadBalancers) {
    for (const listener of ctx.tx.by('listener', 'loadBalancerArn', loadBalancerArn)) {
      const key = 'tcp.idle_timeout.seconds'
      const seconds = listener.attributes?.[key]
      if (seconds !== undefined && seconds !== defaultListenerAttributes(listener)[key]) {
        throw errors.remoteAccessNeedsDefaultIdleTimeout(loadBalancerArn)
      }
    }
  }
  return remote
}
