import type { LoadBalancer as WireLoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2'
import { regionOf } from '../../resource/geography.ts'
import type { LoadBalancer } from '../../resource/load-balancer.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'

/** The caller's load balancer of this region; another account's is not found, as on AWS. */
export function findLoadBalancer(ctx: OperationContext, arn: string | undefined): LoadBalancer {
  if (!/^arn:aws:elasticloadbalancing:[^:]*:\d{12}:loadbalancer\/.+/.test(arn ?? '')) {
    throw errors.validationError(`'${arn ?? ''}' is not a valid load balancer ARN`)
  }
  const loadBalancer = ctx.tx.get('load-balancer', arn)
  if (!loadBalancer || !isVisible(ctx, loadBalancer)) throw errors.loadBalancerNotFound(arn ?? '')
  return loadBalancer
}

export function isVisible(
  ctx: OperationContext,
  resource: { readonly ownerId: string; readonly region: string },
): boolean {
  return resource.ownerId === ctx.accountId && resource.region === ctx.region
}

/** Sort key of pages: creation order, ARN where two were made in one millisecond. */
export const loadBalancerSortKey = (loadBalancer: LoadBalancer): string =>
  `${loadBalancer.createdAt}|${loadBalancer.loadBalancerArn}`

/**
 * A load balancer as AWS shows it.
 *
 * `provisioning` until the agent has brought it to the kernel; when the kernel refused it, the reason stands in
 * `State.Reason` (ours) and it stays `provisioning`, for the agent tries again.
 */
export function describeLoadBalancer(ctx: OperationContext, loadBalancer: LoadBalancer): WireLoadBalancer {
  const hostedZoneId = regionOf(loadBalancer.region)?.nlbHostedZoneId
  const failure = ctx.observed.failureOf('load-balancer', loadBalancer.loadBalancerArn)
  const isActive = !failure && ctx.observed.isApplied('load-balancer', loadBalancer.loadBalancerArn)
  return {
    LoadBalancerArn: loadBalancer.loadBalancerArn,
    DNSName: loadBalancer.dnsName,
    ...(hostedZoneId && { CanonicalHostedZoneId: hostedZoneId }),
    CreatedTime: new Date(loadBalancer.createdAt),
    LoadBalancerName: loadBalancer.loadBalancerName,
    Scheme: loadBalancer.scheme,
    VpcId: loadBalancer.vpcId,
    State: { Code: isActive ? 'active' : 'provisioning', ...(failure && { Reason: failure }) },
    Type: 'network',
    AvailabilityZones: loadBalancer.zones.map((zone) => ({
      ZoneName: zone.availabilityZone,
      SubnetId: zone.subnetId,
      LoadBalancerAddresses: [],
    })),
    SecurityGroups: [...loadBalancer.securityGroupIds],
    IpAddressType: loadBalancer.ipAddressType,
    ...(loadBalancer.securityGroupIds.length > 0 && { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'on' }),
    EnablePrefixForIpv6SourceNat: 'off',
  }
}
