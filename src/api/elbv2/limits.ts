import type { OperationContext } from '../operation.ts'
import { checkQuota, type QuotaDefinition, quotas, quotaValue } from '../quota.ts'

/** Certificates of all TLS listeners of one load balancer, the default ones not counted (reference 2.8). */
export const maxCertificates = 25

/**
 * Target groups of one forward action. AWS publishes no number since it allows several on network load balancers
 * (reference 2.8); this is its number for application load balancers.
 */
export const maxTargetGroupsPerAction = 5

/** The limits that mean something here, by the names that DescribeAccountLimits gives them. */
export function accountLimits(ctx: OperationContext): readonly { readonly name: string; readonly max: number }[] {
  return [
    // Load balancers of these types are refused.
    { name: 'application-load-balancers', max: 0 },
    { name: 'gateway-load-balancers', max: 0 },
    { name: 'network-load-balancers', max: quotaValue(ctx, quotas.networkLoadBalancersPerRegion) },
    { name: 'listeners-per-network-load-balancer', max: quotaValue(ctx, quotas.listenersPerNetworkLoadBalancer) },
    { name: 'certificates-per-network-load-balancer', max: maxCertificates },
    { name: 'target-groups', max: quotaValue(ctx, quotas.targetGroupsPerRegion) },
    { name: 'targets-per-target-group', max: quotaValue(ctx, quotas.targetsPerTargetGroup) },
    { name: 'target-groups-per-action-on-network-load-balancer', max: maxTargetGroupsPerAction },
  ]
}

/**
 * Refuses what would go beyond a quota per region. Counting an account's resources of all regions costs nothing, so only
 * when those reach the quota are the region's own looked for.
 *
 * @throws the quota's own error
 */
export function checkRegionQuota(
  ctx: OperationContext,
  quota: QuotaDefinition,
  kind: 'load-balancer' | 'target-group',
): void {
  const everywhere = ctx.tx.countBy(kind, 'ownerId', ctx.accountId)
  const used =
    everywhere < quotaValue(ctx, quota)
      ? everywhere
      : ctx.tx.by(kind, 'ownerId', ctx.accountId).filter(({ region }) => region === ctx.region).length
  checkQuota(ctx, quota, used)
}
