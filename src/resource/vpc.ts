import type { Tag } from './tag.ts'

/** A virtual private cloud. In the kernel: one network namespace, made when its first interface is placed. */
export interface Vpc {
  readonly vpcId: string
  readonly ownerId: string
  readonly region: string
  /** The primary block. */
  readonly cidrBlock: string
  /** Further IPv4 blocks, in the order of their association; absent when there never was one. */
  readonly cidrBlockAssociations?: readonly VpcCidrBlockAssociation[]
  /** IPv6 blocks, in the order of their association; absent when there never was one. */
  readonly ipv6CidrBlockAssociations?: readonly VpcIpv6CidrBlockAssociation[]
  readonly isDefault: boolean
  readonly enableDnsSupport: boolean
  readonly enableDnsHostnames: boolean
  /** Recorded; there are no such metrics. Absent means false. */
  readonly enableNetworkAddressUsageMetrics?: boolean
  readonly dhcpOptionsId: string
  readonly instanceTenancy: 'default' | 'dedicated'
  /** The VPC's own address on the fabric (240.0.0.0/4): what its DNS queries come from. Never reused. */
  readonly fabricIp: string
  readonly tags: readonly Tag[]
}

/** A secondary IPv4 block of a VPC. */
export interface VpcCidrBlockAssociation {
  /** `vpc-cidr-assoc-…`. */
  readonly associationId: string
  readonly cidrBlock: string
}

/** An IPv6 block of a VPC: a /56. */
export interface VpcIpv6CidrBlockAssociation {
  /** `vpc-cidr-assoc-…`. */
  readonly associationId: string
  /** Canonical (RFC 5952): `fd00:ec2:8000:100::/56`. */
  readonly ipv6CidrBlock: string
}

/** Every IPv4 block of a VPC, the primary one first. */
export function cidrBlocksOf(vpc: Vpc): readonly string[] {
  return [vpc.cidrBlock, ...(vpc.cidrBlockAssociations ?? []).map(({ cidrBlock }) => cidrBlock)]
}
