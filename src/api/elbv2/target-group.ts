import type { TargetGroup as WireTargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { TargetGroup } from '../../resource/target-group.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { isVisible } from './load-balancer.ts'

/** @throws ValidationError */
export function checkTargetGroupArn(arn: string | undefined): void {
  if (/^arn:aws:elasticloadbalancing:[^:]*:\d{12}:targetgroup\/.+/.test(arn ?? '')) return
  throw errors.validationError(`'${arn ?? ''}' is not a valid target group ARN`)
}

/** The caller's target group of this region; another account's is not found, as on AWS. */
export function findTargetGroup(ctx: OperationContext, arn: string | undefined): TargetGroup {
  checkTargetGroupArn(arn)
  const group = ctx.tx.get('target-group', arn)
  if (!group || !isVisible(ctx, group)) throw errors.targetGroupNotFound(arn ?? '')
  return group
}

/** The load balancers whose listeners forward to a group: none or one (TargetGroupAssociationLimit). */
export function loadBalancerArnsOf(ctx: OperationContext, targetGroupArn: string): string[] {
  const listeners = ctx.tx.by('listener', 'targetGroupArn', targetGroupArn)
  return [...new Set(listeners.map((listener) => listener.loadBalancerArn))]
}

export const targetGroupSortKey = (group: TargetGroup): string => `${group.createdAt}|${group.targetGroupArn}`

/** A target group as AWS shows it. */
export function describeTargetGroup(ctx: OperationContext, group: TargetGroup): WireTargetGroup {
  const check = group.healthCheck
  return {
    TargetGroupArn: group.targetGroupArn,
    TargetGroupName: group.targetGroupName,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: group.vpcId,
    HealthCheckProtocol: check.protocol,
    HealthCheckPort: check.port,
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThresholdCount,
    UnhealthyThresholdCount: check.unhealthyThresholdCount,
    ...(check.path !== undefined && { HealthCheckPath: check.path }),
    ...(check.matcherHttpCode !== undefined && { Matcher: { HttpCode: check.matcherHttpCode } }),
    LoadBalancerArns: loadBalancerArnsOf(ctx, group.targetGroupArn),
    TargetType: group.targetType,
    IpAddressType: group.ipAddressType,
  }
}
