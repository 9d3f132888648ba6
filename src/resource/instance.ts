import type { Tag } from './tag.ts'

/** An instance: a network namespace with one interface. It runs nothing until `underpass exec` enters it. */
export interface Instance {
  readonly instanceId: string
  readonly reservationId: string
  readonly ownerId: string
  readonly region: string
  readonly imageId: string
  readonly instanceType: string
  readonly keyName?: string
  readonly vpcId: string
  readonly subnetId: string
  readonly availabilityZone: string
  readonly networkInterfaceId: string
  readonly privateIp: string
  /**
   * What the owner wishes. `running` is shown as `pending` until the agent confirmed it, `stopped` as `stopping`,
   * `terminated` as `shutting-down`. A stopped instance keeps its interface and has no namespace. A terminated one stays
   * visible for an hour, as on AWS, without interface.
   */
  readonly state: 'running' | 'stopped' | 'terminated'
  /** ISO 8601; the last start. */
  readonly launchedAt: string
  /** The revision that made or started it: once that is confirmed, it runs. */
  readonly launchedAtRevision: number
  /** ISO 8601; the last stop, while it is stopped. */
  readonly stoppedAt?: string
  /** The revision that stopped it: once that is confirmed, its namespace is gone. */
  readonly stoppedAtRevision?: number
  readonly terminatedAt?: string
  /** Absent means false: whether TerminateInstances is refused. */
  readonly disableApiTermination?: boolean
  /** Absent means false: whether StopInstances is refused. */
  readonly disableApiStop?: boolean
  /** Recorded: no instance shuts itself down. Absent means `stop`. */
  readonly shutdownBehavior?: 'stop' | 'terminate'
  readonly amiLaunchIndex: number
  readonly tags: readonly Tag[]
}
