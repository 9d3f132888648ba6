import type { LoadBalancerAddress, LoadBalancer as WireLoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2'
import { regionOf } from '../../resource/geography.ts'
import type { LoadBalancer, LoadBalancerZone } from '../../resource/load-balancer.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'

/** @throws ValidationError */
export function checkLoadBalancerArn(arn: string | undefined): void {
  if (/^arn:aws:elasticloadbalancing:[^:]*:\d{12}:loadbalancer\/.+/.test(arn ?? '')) return
  throw errors.validationError(`'${arn ?? ''}' is not a valid load balancer ARN`)
}

/** The caller's load balancer of this region; another account's is not found, as on AWS. */
export function findLoadBalancer(ctx: OperationContext, arn: string | undefined): LoadBalancer {
  checkLoadBalancerArn(arn)
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

/** `on` unless it was set otherwise; undefined for a load balancer without security groups, where it means nothing. */
export function enforcementOf(
  loadBalancer: Pick<LoadBalancer, 'securityGroupIds' | 'enforceSecurityGroupInboundRulesOnPrivateLinkTraffic'>,
): 'on' | 'off' | undefined {
  if (loadBalancer.securityGroupIds.length === 0) return undefined
  return loadBalancer.enforceSecurityGroupInboundRulesOnPrivateLinkTraffic ?? 'on'
}

/** Why the kernel refused the load balancer or one of its nodes. */
function failureOf({ observed }: OperationContext, loadBalancer: LoadBalancer): string | undefined {
  return (
    observed.failureOf('load-balancer', loadBalancer.loadBalancerArn) ??
    loadBalancer.zones
      .map((zone) => observed.failureOf('network-interface', zone.networkInterfaceId))
      .find((failure) => failure !== undefined)
  )
}

/**
 * `active` once the agent confirmed the load balancer and its nodes. All were made in one batch, so the nodes' own word is
 * enough: a new tag or attribute on its way does not take a load balancer back to `provisioning`, where the SDKs' waiter
 * would sleep 15 seconds.
 */
function isActive(ctx: OperationContext, loadBalancer: LoadBalancer): boolean {
  const { observed } = ctx
  return (
    failureOf(ctx, loadBalancer) === undefined &&
    (observed.isApplied('load-balancer', loadBalancer.loadBalancerArn) ||
      loadBalancer.zones.every((zone) => observed.isApplied('network-interface', zone.networkInterfaceId)))
  )
}

/**
 * A load balancer as AWS shows it.
 *
 * When the kernel refused it, it stays `provisioning`, for the agent tries again; the reason in `State.Reason` is ours.
 */
export function describeLoadBalancer(ctx: OperationContext, loadBalancer: LoadBalancer): WireLoadBalancer {
  const hostedZoneId = regionOf(loadBalancer.region)?.nlbHostedZoneId
  const failure = failureOf(ctx, loadBalancer)
  const enforcement = enforcementOf(loadBalancer)
  return {
    LoadBalancerArn: loadBalancer.loadBalancerArn,
    DNSName: loadBalancer.dnsName,
    ...(hostedZoneId && { CanonicalHostedZoneId: hostedZoneId }),
    CreatedTime: new Date(loadBalancer.createdAt),
    LoadBalancerName: loadBalancer.loadBalancerName,
    Scheme: loadBalancer.scheme,
    VpcId: loadBalancer.vpcId,
    State: { Code: isActive(ctx, loadBalancer) ? 'active' : 'provisioning', ...(failure && { Reason: failure }) },
    Type: 'network',
    AvailabilityZones: loadBalancer.zones.map((zone) => ({
      ZoneName: zone.availabilityZone,
      SubnetId: zone.subnetId,
      LoadBalancerAddresses: addressesOf(zone),
    })),
    SecurityGroups: [...loadBalancer.securityGroupIds],
    IpAddressType: loadBalancer.ipAddressType,
    ...(enforcement && { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforcement }),
    EnablePrefixForIpv6SourceNat: loadBalancer.enablePrefixForIpv6SourceNat ?? 'off',
  }
}

/** Those that the caller chose. */
const addressesOf = ({ privateIpv4Address, ipv6Address }: LoadBalancerZone): LoadBalancerAddress[] =>
  privateIpv4Address === undefined && ipv6Address === undefined
    ? []
    : [
        {
          ...(privateIpv4Address !== undefined && { PrivateIPv4Address: privateIpv4Address }),
          ...(ipv6Address !== undefined && { IPv6Address: ipv6Address }),
        },
      ]
