import type { Tag } from './tag.ts'

/**
 * An elastic network interface: the holder of a private address.
 *
 * `interface` belongs to an instance and is a veth in the kernel; `vpc_endpoint` and `network_load_balancer` are
 * requester-managed and exist in the kernel as map elements only.
 */
export interface NetworkInterface {
  readonly networkInterfaceId: string
  /** Account that pays for and sees it (for requester-managed ones too). */
  readonly ownerId: string
  readonly region: string
  readonly vpcId: string
  readonly subnetId: string
  readonly availabilityZone: string
  readonly availabilityZoneId: string
  /** The primary address; it stays for the interface's life. */
  readonly privateIp: string
  /** Further private IPv4 addresses of the subnet, in the order of their assignment. Absent means none. */
  readonly secondaryPrivateIps?: readonly string[]
  /** Canonical (RFC 5952), of the subnet's IPv6 block, in the order of their assignment. Absent means none. */
  readonly ipv6Addresses?: readonly string[]
  readonly macAddress: string
  readonly interfaceType: 'interface' | 'vpc_endpoint' | 'network_load_balancer'
  readonly description: string
  readonly requesterManaged: boolean
  readonly groupIds: readonly string[]
  readonly sourceDestCheck: boolean
  /**
   * The interface's own address on the fabric (240.0.0.0/4), never reused. On a load-balancer node it is the address
   * that other VPCs' endpoints are translated to; on an endpoint interface it is what its clients are translated to.
   * Absent on instance interfaces.
   */
  readonly fabricIp?: string
  /** Exactly one of the next three, or none for a detached interface. */
  readonly instanceId?: string
  readonly vpcEndpointId?: string
  readonly loadBalancerArn?: string
  /** `eni-attach-…`, when attached. */
  readonly attachmentId?: string
  /** ISO 8601; when `instanceId` was attached. */
  readonly attachedAt?: string
  /** Whether it ends with its instance; absent means that it does. */
  readonly deleteOnTermination?: boolean
  readonly tags: readonly Tag[]
}

/** Every private IPv4 address of an interface, the primary one first. */
export function privateIpsOf(eni: NetworkInterface): readonly string[] {
  return eni.secondaryPrivateIps ? [eni.privateIp, ...eni.secondaryPrivateIps] : [eni.privateIp]
}
