import type { Tag } from './tag.ts'

/** A range of one VPC in one Availability Zone. The first four and the last address are reserved, as on AWS. */
export interface Subnet {
  readonly subnetId: string
  readonly vpcId: string
  readonly ownerId: string
  readonly region: string
  readonly cidrBlock: string
  /** `us-east-1a`. */
  readonly availabilityZone: string
  /** `use1-az1`. */
  readonly availabilityZoneId: string
  readonly defaultForAz: boolean
  readonly mapPublicIpOnLaunch: boolean
  readonly tags: readonly Tag[]
}
