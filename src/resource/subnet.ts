import type { Tag } from './tag.ts'

/** A range of one VPC in one Availability Zone. The first four and the last address are reserved, as on AWS. */
export interface Subnet {
  readonly subnetId: string
  readonly vpcId: string
  readonly ownerId: string
  readonly region: string
  readonly cidrBlock: string
  /** A /64 out of one of the VPC's IPv6 blocks, canonical (RFC 5952); absent when it has none. */
  readonly ipv6CidrBlock?: string
  /** `subnet-cidr-assoc-…`; present with `ipv6CidrBlock`. */
  readonly ipv6AssociationId?: string
  /** `us-east-1a`. */
  readonly availabilityZone: string
  /** `use1-az1`. */
  readonly availabilityZoneId: string
  readonly defaultForAz: boolean
  readonly mapPublicIpOnLaunch: boolean
  /** Whether a new interface gets an IPv6 address without asking. Absent means false. */
  readonly assignIpv6AddressOnCreation?: boolean
  /** Recorded; absent means false. */
  readonly enableDns64?: boolean
  /** Recorded; absent means IP names without further records. */
  readonly privateDnsNameOptionsOnLaunch?: PrivateDnsNameOptions
  readonly tags: readonly Tag[]
}

/** What private names the instances of a subnet get. */
export interface PrivateDnsNameOptions {
  readonly hostnameType: 'ip-name' | 'resource-name'
  readonly enableResourceNameDnsARecord: boolean
  readonly enableResourceNameDnsAAAARecord: boolean
}
