import type {
  TargetHealthReasonEnum as Reason,
  TargetHealth,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { healthCheckPort, type Target, type TargetGroup } from '../../resource/target-group.ts'
import type { OperationContext } from '../operation.ts'
import { loadBalancerArnsOf } from './target-group.ts'

/** What decides about every target of a group alike; read once per request. */
export interface GroupUse {
  /** The zones of the load balancer that uses the group; undefined when no listener does. */
  readonly enabledZones: ReadonlySet<string> | undefined
}

export function groupUse(ctx: OperationContext, group: TargetGroup): GroupUse {
  const [arn] = loadBalancerArnsOf(ctx, group.targetGroupArn)
  const zones = ctx.tx.get('load-balancer', arn)?.zones
  return { enabledZones: zones && new Set(zones.map((zone) => zone.availabilityZone)) }
}

/** Whether a load balancer's node has this address: such a target would be the load balancer itself, or another. */
function isNodeAddress({ tx }: OperationContext, { vpcId, ip }: Target): boolean {
  return tx
    .by('network-interface', 'address', `${vpcId}|${ip}`)
    .some((eni) => eni.interfaceType === 'network_load_balancer')
}

const unused = (reason: Reason, description: string): TargetHealth => ({
  State: 'unused',
  Reason: reason,
  Description: description,
})

const descriptions: Readonly<Record<string, string>> = {
  'Elb.InitialHealthChecking': 'Initial health checks in progress',
  'Target.FailedHealthChecks': 'Health checks failed',
  'Target.Timeout': 'Request timed out',
  'Target.ResponseCodeMismatch': 'Health checks failed with unexpected response codes',
}

/**
 * One target's health as AWS words it (reference 2.4). What is decided here (draining, unused) stands before what the agent
 * observed: a report about a target that gets no traffic would be a stale one.
 */
export function targetHealthOf(ctx: OperationContext, target: Target, use: GroupUse): TargetHealth {
  if (target.state === 'draining') {
    return {
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
      Description: 'Target deregistration is in progress',
    }
  }
  if (target.id.startsWith('i-')) {
    const state = ctx.tx.get('instance', target.id)?.state ?? 'terminated'
    if (state !== 'running') return unused('Target.InvalidState', `Target is in the ${state} state`)
  }
  // A load balancer that is a target by its ARN is meant to be one.
  if (!target.id.startsWith('arn:') && isNodeAddress(ctx, target)) {
    return unused('Target.IpUnusable', 'The IP address cannot be used as a target, as it is in use by a load balancer')
  }
  if (!use.enabledZones) {
    return unused('Target.NotInUse', 'Target group is not configured to receive traffic from the load balancer')
  }
  if (target.availabilityZone !== 'all' && !use.enabledZones.has(target.availabilityZone)) {
    return unused('Target.NotInUse', 'Target is in an Availability Zone that is not enabled for the load balancer')
  }
  const report = ctx.observed.targetHealth(target.targetKey)
  if (report?.state === 'healthy') return { State: 'healthy' }
  if (!report && !ctx.observed.isApplied('target', target.targetKey)) {
    return {
      State: 'initial',
      Reason: 'Elb.RegistrationInProgress',
      Description: 'Target registration is in progress',
    }
  }
  const reason =
    report?.reason ??
    (report?.state.startsWith('unhealthy') ? 'Target.FailedHealthChecks' : 'Elb.InitialHealthChecking')
  const description = report?.description ?? descriptions[reason]
  return {
    State: report?.state ?? 'initial',
    Reason: reason as Reason,
    ...(description !== undefined && { Description: description }),
  }
}

/** A target and its health, as DescribeTargetHealth answers it. */
export function describeTarget(
  ctx: OperationContext,
  group: TargetGroup,
  target: Target,
  use: GroupUse,
): TargetHealthDescription {
  return {
    Target: {
      Id: target.id,
      Port: target.port,
      ...(group.targetType === 'ip' && { AvailabilityZone: target.availabilityZone }),
    },
    HealthCheckPort: String(healthCheckPort(group, target)),
    TargetHealth: targetHealthOf(ctx, target, use),
  }
}
