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
  readonly privateIp: string
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
  readonly tags: readonly Tag[]
}
