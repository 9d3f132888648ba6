import type { Tag } from './tag.ts'

export interface SecurityGroup {
  readonly groupId: string
  readonly groupName: string
  readonly description: string
  readonly vpcId: string
  readonly ownerId: string
  readonly region: string
  /** Other VPCs of the Region whose interfaces may have it too (AssociateSecurityGroupVpc). Absent means none. */
  readonly associatedVpcIds?: readonly string[]
  readonly tags: readonly Tag[]
}

/** One permission of a security group: one protocol and port range, and exactly one peer. */
export interface SecurityGroupRule {
  /** `sgr-…`. */
  readonly securityGroupRuleId: string
  readonly groupId: string
  readonly ownerId: string
  readonly isEgress: boolean
  /** `tcp`, `udp`, `icmp`, `icmpv6`, an IANA number as text, or `-1` for every protocol. */
  readonly ipProtocol: string
  /** First port, or the ICMP type; -1 means all. */
  readonly fromPort: number
  /** Last port, or the ICMP code; -1 means all. */
  readonly toPort: number
  /** The peer: exactly one of these is present. */
  readonly cidrIpv4?: string
  readonly cidrIpv6?: string
  readonly prefixListId?: string
  readonly referencedGroupId?: string
  /** Owner account of `referencedGroupId`. */
  readonly referencedGroupOwnerId?: string
  readonly description?: string
  readonly tags: readonly Tag[]
}
