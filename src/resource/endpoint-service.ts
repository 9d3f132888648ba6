import type { Tag } from './tag.ts'

/** One entry of a service's allow list. */
export interface ServicePermission {
  /** `vpce-svc-perm-…`. */
  readonly servicePermissionId: string
  /** `*`, an ARN of an account root, a user, a role, an organisation or a unit of it, or a path into an organisation. */
  readonly principal: string
  readonly principalType: 'All' | 'Service' | 'OrganizationUnit' | 'Account' | 'User' | 'Role'
  readonly tags: readonly Tag[]
}

/** How far the proof has come that a provider owns the domain of its private name. */
export interface PrivateDnsVerification {
  readonly state: 'pendingVerification' | 'verified' | 'failed'
  /** `_` and 20 lowercase letters or digits: the leftmost label of the TXT record. */
  readonly recordName: string
  /** `vpce:` and 20 letters or digits: the text of the record. */
  readonly recordValue: string
  /** ISO 8601; when the state began, or was asked for again. */
  readonly since: string
}

/** An endpoint service: a load balancer published under a name. */
export interface EndpointService {
  /** `vpce-svc-…`. */
  readonly serviceId: string
  readonly serviceName: string
  readonly ownerId: string
  readonly region: string
  readonly acceptanceRequired: boolean
  readonly networkLoadBalancerArns: readonly string[]
  /**
   * The zones the service offers. Fixed when load balancers are attached and refreshed by
   * ModifyVpcEndpointServiceConfiguration, not when a load balancer gains a zone (reference 3.8).
   */
  readonly availabilityZones: readonly string[]
  readonly supportedIpAddressTypes: readonly ('ipv4' | 'ipv6')[]
  readonly permissions: readonly ServicePermission[]
  /** Regions besides its own whose endpoints may connect; absent means none. */
  readonly supportedRegions?: readonly string[]
  readonly privateDnsName?: string
  /** Present with `privateDnsName`. */
  readonly privateDnsVerification?: PrivateDnsVerification
  /** Who pays for endpoints, once it is no longer their owners. */
  readonly payerResponsibility?: 'ServiceOwner'
  readonly createdAt: string
  readonly tags: readonly Tag[]
}

/** `com.amazonaws.vpce.REGION.vpce-svc-…`. */
export function serviceNameOf(region: string, serviceId: string): string {
  return `com.amazonaws.vpce.${region}.${serviceId}`
}

/** `vpce-svc-….REGION.vpce.amazonaws.com`: what every endpoint's names of this service end in. */
export function baseEndpointDnsName(service: Pick<EndpointService, 'serviceId' | 'region'>): string {
  return `${service.serviceId}.${service.region}.vpce.amazonaws.com`
}
