import type { Tag } from './tag.ts'

/** A virtual private cloud. In the kernel: one network namespace, made when its first interface is placed. */
export interface Vpc {
  readonly vpcId: string
  readonly ownerId: string
  readonly region: string
  readonly cidrBlock: string
  readonly isDefault: boolean
  readonly enableDnsSupport: boolean
  readonly enableDnsHostnames: boolean
  readonly dhcpOptionsId: string
  readonly instanceTenancy: 'default' | 'dedicated'
  /** The VPC's own address on the fabric (240.0.0.0/4): what its DNS queries come from. Never reused. */
  readonly fabricIp: string
  readonly tags: readonly Tag[]
}
