import type { Tag } from './tag.ts'

/** A network ACL: what may cross the border of its subnets, packet by packet (plan/network-acl.ts). */
export interface NetworkAcl {
  readonly networkAclId: string
  readonly vpcId: string
  readonly ownerId: string
  readonly region: string
  readonly isDefault: boolean
  /** Without the last entry of each direction, which every list has: number 32767, deny everything. */
  readonly entries: readonly NetworkAclEntry[]
  /** Of the default list only those that were moved to it: a subnet that no list names belongs to it too. */
  readonly associations: readonly NetworkAclAssociation[]
  readonly tags: readonly Tag[]
}

export interface NetworkAclEntry {
  readonly ruleNumber: number
  readonly egress: boolean
  readonly ruleAction: 'allow' | 'deny'
  /** An IANA number as text, or `-1` for every protocol. */
  readonly protocol: string
  readonly cidrBlock?: string
  readonly ipv6CidrBlock?: string
  readonly ports?: { readonly from: number; readonly to: number }
  readonly icmp?: { readonly type: number; readonly code: number }
}

export interface NetworkAclAssociation {
  /** `aclassoc-…`. */
  readonly associationId: string
  readonly subnetId: string
}
