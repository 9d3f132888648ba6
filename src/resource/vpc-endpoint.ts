import type { Tag } from './tag.ts'

/**
 * What has been decided about an endpoint. The wire shows `available` as `pending` until the agent confirmed the
 * revision that decided it, and a `deleting` endpoint vanishes once the agent confirmed that nothing of it is left.
 */
export type VpcEndpointState = 'pendingAcceptance' | 'available' | 'rejected' | 'expired' | 'failed' | 'deleting'

/** What the names of an endpoint lead to. `service-defined`: both families by the endpoint's own names, IPv4 by the private one. */
export type DnsRecordIpType = 'ipv4' | 'dualstack' | 'ipv6' | 'service-defined'

/** An interface endpoint: one network interface per zone, leading to one endpoint service. */
export interface VpcEndpoint {
  /** `vpce-…`. */
  readonly vpcEndpointId: string
  readonly ownerId: string
  readonly region: string
  readonly vpcId: string
  readonly serviceId: string
  readonly serviceName: string
  /** The Region that hosts the service, when it is another one than the endpoint's. */
  readonly serviceRegion?: string
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
  /** Absent: that of `ipAddressType`. */
  readonly dnsRecordIpType?: DnsRecordIpType
  readonly privateDnsEnabled: boolean
  /** Present while `privateDnsEnabled`. */
  readonly privateDns?: PrivateDns
  /** Who asked for it: what the service's allow list was asked about. Absent on endpoints of older logs. */
  readonly requestedBy?: { readonly arn: string; readonly roleArn?: string }
  /** `vpce-con-…`. */
  readonly vpcEndpointConnectionId: string
  /** Tags of the connection: the provider's, who alone sees them. */
  readonly connectionTags?: readonly Tag[]
  /** The full-access document, or what the caller gave. */
  readonly policyDocument?: string
  readonly createdAt: string
  readonly tags: readonly Tag[]
}

/**
 * The private hosted zone that an endpoint brings into its VPC. The name is the service's at the time it was enabled: a
 * service that changes or loses its name leaves the endpoints that have it alone (reference 5.1).
 */
export interface PrivateDns {
  /** `api.example.com`, or `*.example.com`. */
  readonly name: string
  /** `Z…`: one per endpoint, and AWS's, so nobody sees it in Route 53. */
  readonly hostedZoneId: string
}

/** The apex of the zone that a private name lies in: `example.com` for `*.example.com`, else the name itself. */
export function privateZoneOf(name: string): string {
  return name.startsWith('*.') ? name.slice(2) : name
}

/** The Region of the service that an endpoint leads to. */
export function serviceRegionOf(endpoint: Pick<VpcEndpoint, 'region' | 'serviceRegion'>): string {
  return endpoint.serviceRegion ?? endpoint.region
}

/** What the endpoint's names lead to, as asked for or by default. */
export function dnsRecordIpTypeOf(endpoint: Pick<VpcEndpoint, 'ipAddressType' | 'dnsRecordIpType'>): DnsRecordIpType {
  return endpoint.dnsRecordIpType ?? endpoint.ipAddressType
}

/** `vpce-<id>-<suffix>.vpce-svc-<id>.<service-region>.vpce.amazonaws.com` (reference section 4). */
export function regionalDnsName(endpoint: VpcEndpoint): string {
  return `${endpoint.vpcEndpointId}-${endpoint.dnsSuffix}.${endpoint.serviceId}.${serviceRegionOf(endpoint)}.vpce.amazonaws.com`
}

/**
 * The name of one zone's interface: the zone stands before the first dot. An endpoint to another Region has the regional
 * name only (reference 3.9, from memory).
 */
export function zonalDnsName(endpoint: VpcEndpoint, availabilityZone: string): string {
  return `${endpoint.vpcEndpointId}-${endpoint.dnsSuffix}-${availabilityZone}.${endpoint.serviceId}.${serviceRegionOf(endpoint)}.vpce.amazonaws.com`
}

export function hasZonalDnsNames(endpoint: Pick<VpcEndpoint, 'serviceRegion'>): boolean {
  return endpoint.serviceRegion === undefined
}
