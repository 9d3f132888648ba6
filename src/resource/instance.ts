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
   * What the owner wishes. `running` is shown as `pending` until the agent confirmed it, `terminated` as
   * `shutting-down`. A terminated instance stays visible for an hour, as on AWS, without interface.
   */
  readonly state: 'running' | 'terminated'
  readonly launchedAt: string
  /** The revision that made it and its interface, in one batch: once that is confirmed, it runs. */
  readonly launchedAtRevision: number
  readonly terminatedAt?: string
  readonly amiLaunchIndex: number
  readonly tags: readonly Tag[]
}
