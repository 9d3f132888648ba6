import type { Tag } from './tag.ts'

export interface HealthCheckSettings {
  readonly protocol: 'TCP' | 'HTTP' | 'HTTPS'
  /** A port number as text, or `traffic-port`. */
  readonly port: string
  /** HTTP(S) only. */
  readonly path?: string
  readonly intervalSeconds: number
  readonly timeoutSeconds: number
  readonly healthyThresholdCount: number
  readonly unhealthyThresholdCount: number
  /** HTTP codes such as `200-399` or `200,301`; HTTP(S) only. */
  readonly matcherHttpCode?: string
}

export interface TargetGroup {
  readonly targetGroupArn: string
  readonly targetGroupName: string
  readonly ownerId: string
  readonly region: string
  readonly vpcId: string
  readonly protocol: 'TCP' | 'UDP' | 'TCP_UDP' | 'TLS'
  readonly port: number
  /** `alb`: one load balancer that stands behind ours, named by its address (docs/decisions/0011). */
  readonly targetType: 'instance' | 'ip' | 'alb'
  readonly ipAddressType: 'ipv4' | 'ipv6'
  readonly healthCheck: HealthCheckSettings
  readonly attributes: Readonly<Record<string, string>>
  readonly createdAt: string
  readonly tags: readonly Tag[]
}

/** One registration of a target in a group. */
export interface Target {
  /** `${targetGroupArn}|${id}|${port}`: the key of the resource. */
  readonly targetKey: string
  readonly targetGroupArn: string
  readonly vpcId: string
  /** An instance id or an address (target types `ip` and `alb`). */
  readonly id: string
  readonly port: number
  /** The address packets go to: `id` itself, or the instance's private address when it was registered. */
  readonly ip: string
  /** The target's zone name, or `all`. */
  readonly availabilityZone: string
  /**
   * 1..65535, unique among the targets of the VPC: a health check reaches this target at
   * (load-balancer node's fabric address):(slot).
   */
  readonly healthSlot: number
  readonly state: 'registered' | 'draining'
  /** ISO 8601; set when deregistration began. The record goes when the deregistration delay has passed. */
  readonly drainingSince?: string
  /** Draining, and its delay has passed: its connections are being cut, and it goes once the agent confirmed that. */
  readonly terminating?: true
}

/** The key of a target registration. */
export function targetKeyOf(targetGroupArn: string, id: string, port: number): string {
  return `${targetGroupArn}|${id}|${port}`
}

export type TargetHealthState = 'initial' | 'healthy' | 'unhealthy.draining' | 'unhealthy'

/** What an agent saw of one target, over all load-balancer nodes that check it. */
export interface TargetHealthReport {
  readonly state: TargetHealthState
  /** `Elb.InitialHealthChecking`, `Target.FailedHealthChecks`, `Target.Timeout`, `Target.ResponseCodeMismatch`; absent when healthy. */
  readonly reason?: string
  readonly description?: string
}

/** `arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID`. */
export function targetGroupArnOf(region: string, accountId: string, name: string, targetGroupId: string): string {
  return `arn:aws:elasticloadbalancing:${region}:${accountId}:targetgroup/${name}/${targetGroupId}`
}

/** The port a health check goes to: the group's own choice, or the target's. */
export function healthCheckPort(group: Pick<TargetGroup, 'healthCheck'>, target: Pick<Target, 'port'>): number {
  return group.healthCheck.port === 'traffic-port' ? target.port : Number(group.healthCheck.port)
}

/** Every attribute a target group of a network load balancer has, with the value AWS gives it (reference 2.3). */
export function defaultTargetGroupAttributes(
  group: Pick<TargetGroup, 'protocol' | 'targetType'>,
): Readonly<Record<string, string>> {
  const carriesUdp = group.protocol === 'UDP' || group.protocol === 'TCP_UDP'
  return {
    'deregistration_delay.timeout_seconds': '300',
    'deregistration_delay.connection_termination.enabled': String(carriesUdp),
    'preserve_client_ip.enabled': String(group.targetType === 'instance' || carriesUdp),
    'proxy_protocol_v2.enabled': 'false',
    'stickiness.enabled': 'false',
    'stickiness.type': 'source_ip',
    'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
    'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
    'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
    'target_health_state.unhealthy.connection_termination.enabled': String(!carriesUdp),
    'target_health_state.unhealthy.draining_interval_seconds': '0',
  }
}

/** The value in force: what was set, or the default. */
export function targetGroupAttribute(
  group: Pick<TargetGroup, 'protocol' | 'targetType' | 'attributes'>,
  key: string,
): string | undefined {
  return group.attributes[key] ?? defaultTargetGroupAttributes(group)[key]
}
