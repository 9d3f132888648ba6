import type { Tag } from './tag.ts'

/**
 * What has been decided about an endpoint. The wire shows `available` as `pending` until the agent confirmed the
 * revision that decided it, and a `deleting` endpoint vanishes once the agent confirmed that nothing of it is left.
 */
export type VpcEndpointState = 'pendingAcceptance' | 'available' | 'rejected' | 'failed' | 'deleting'

/** An interface endpoint: one network interface per zone, leading to one endpoint service. */
export interface VpcEndpoint {
  /** `vpce-…`. */
  readonly vpcEndpointId: string
  readonly ownerId: string
  readonly region: string
  readonly vpcId: string
  readonly serviceId: string
  readonly serviceName: string
  readonly state: VpcEndpointState
  /**
   * The revision that last changed what `available` promises: a decision, a subnet, an address. Groups, policy and tags
   * do not take an endpoint back to `pending` (reference 3.2), so the revision of the record's last write will not do.
   */
  readonly placedAtRevision: number
  /** In the order in which they were given; one per zone. */
  readonly subnetIds: readonly string[]
  /** Same order as `subnetIds`. */
  readonly networkInterfaceIds: readonly string[]
  readonly groupIds: readonly string[]
  /** Eight lowercase characters in the endpoint's DNS names. */
  readonly dnsSuffix: string
  readonly ipAddressType: 'ipv4' | 'dualstack' | 'ipv6'
  readonly privateDnsEnabled: boolean
  /** `vpce-con-…`. */
  readonly vpcEndpointConnectionId: string
  /** The full-access document, or what the caller gave. */
  readonly policyDocument?: string
  readonly createdAt: string
  readonly tags: readonly Tag[]
}

/** `vpce-<id>-<suffix>.vpce-svc-<id>.<region>.vpce.amazonaws.com` (reference section 4). */
export function regionalDnsName(endpoint: VpcEndpoint): string {
  return `${endpoint.vpcEndpointId}-${endpoint.dnsSuffix}.${endpoint.serviceId}.${endpoint.region}.vpce.amazonaws.com`
}

/** The name of one zone's interface: the zone stands before the first dot. */
export function zonalDnsName(endpoint: VpcEndpoint, availabilityZone: string): string {
  return `${endpoint.vpcEndpointId}-${endpoint.dnsSuffix}-${availabilityZone}.${endpoint.serviceId}.${endpoint.region}.vpce.amazonaws.com`
}
