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
  /** An instance id or an address, by the group's target type. */
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
}

/** The key of a target registration. */
export function targetKeyOf(targetGroupArn: string, id: string, port: number): string {
  return `${targetGroupArn}|${id}|${port}`
}

export type TargetHealthState = 'initial' | 'healthy' | 'unhealthy'

/** What an agent saw of one target, over all load-balancer nodes that check it. */
export interface TargetHealthReport {
  readonly state: TargetHealthState
  /** `Elb.InitialHealthChecking`, `Target.FailedHealthChecks`, `Target.Timeout`, `Target.ResponseCodeMismatch`; absent when healthy. */
  readonly reason?: string
  readonly description?: string
}
