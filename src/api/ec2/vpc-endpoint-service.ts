import type { ServiceConfiguration, ServiceDetail } from '@aws-sdk/client-ec2'
import { baseEndpointDnsName, type EndpointService } from '../../resource/endpoint-service.ts'
import { zoneOf } from '../../resource/geography.ts'
import type { LoadBalancer } from '../../resource/load-balancer.ts'
import type { VpcEndpoint } from '../../resource/vpc-endpoint.ts'
import type { View } from '../../state/transaction.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors-privatelink.ts'
import { requireOwned } from './owned.ts'
import { toWireTags } from './tags.ts'
import { grantOf } from './vpc-endpoint-service-principal.ts'
import { describePrivateDns } from './vpc-endpoint-service-private-dns.ts'

/** The caller's own service. */
export function requireService(ctx: OperationContext, serviceId: string | undefined): EndpointService {
  return requireOwned(ctx, 'endpoint-service', serviceId, errors.vpcEndpointServiceId, 'ServiceId')
}

/**
 * The service of this name, if the caller may know of it and use it from the Region of the request. Not permitted and not
 * existing are told alike.
 *
 * @param hostRegions  where the caller looks; a service of another Region must support the caller's
 * @throws InvalidServiceName
 */
export function requirePermittedService(
  ctx: OperationContext,
  serviceName: string,
  hostRegions: readonly string[] = [ctx.region],
): EndpointService {
  const [service] = ctx.tx.by('endpoint-service', 'serviceName', serviceName)
  if (
    !service ||
    !hostRegions.includes(service.region) ||
    !isReachableFrom(ctx.region, service) ||
    grantOf(ctx.tx, service, ctx.principal) === 'none'
  ) {
    throw errors.invalidServiceName(serviceName)
  }
  return service
}

/** Whether endpoints of a Region may lead to a service. */
export function isReachableFrom(region: string, service: EndpointService): boolean {
  return service.region === region || (service.supportedRegions ?? []).includes(region)
}

/** Whether a connection keeps the service from being deleted, or its load balancer from being taken away (reference 3.5). */
export function isLiveConnection(endpoint: VpcEndpoint): boolean {
  return endpoint.state === 'pendingAcceptance' || endpoint.state === 'available'
}

export function hasLiveConnections(tx: View, serviceId: string): boolean {
  return tx.by('vpc-endpoint', 'serviceId', serviceId).some(isLiveConnection)
}

/**
 * The load balancers a service is to have: network ones, the caller's, and of no other service.
 *
 * AWS also wants them `active`; ours become so within milliseconds by themselves, so no script has to wait for it.
 *
 * @throws InvalidNetworkLoadBalancerArn.Malformed, .NotFound, InvalidParameter
 */
export function requireLoadBalancers(
  ctx: OperationContext,
  arns: readonly string[],
  serviceId?: string,
): readonly LoadBalancer[] {
  return [...new Set(arns)].map((arn) => {
    const type = /^arn:aws:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer\/(\w+)\/[\w-]+\/\w+$/.exec(arn)?.[1]
    if (!type) throw errors.networkLoadBalancerArn.malformed(arn)
    if (type !== 'net') throw errors.loadBalancerOfOtherType(arn)
    const loadBalancer = ctx.tx.get('load-balancer', arn)
    if (!loadBalancer || loadBalancer.ownerId !== ctx.accountId || loadBalancer.region !== ctx.region) {
      throw errors.networkLoadBalancerArn.notFound(arn)
    }
    const other = ctx.tx
      .by('endpoint-service', 'loadBalancerArn', arn)
      .find((service) => service.serviceId !== serviceId)
    if (other) throw errors.loadBalancerInUse(arn, other.serviceId)
    return loadBalancer
  })
}

/** The zones that load balancers have together, in the order of their names. */
export function zonesOf(loadBalancers: readonly LoadBalancer[]): readonly string[] {
  const zones = loadBalancers.flatMap((loadBalancer) => loadBalancer.zones.map((zone) => zone.availabilityZone))
  return [...new Set(zones)].sort()
}

/** What the owner's and the consumer's view of a service have in common. */
function describeCommon(service: EndpointService) {
  const zoneIds = service.availabilityZones.map((name) => zoneOf(service.region, name)?.zoneId)
  return {
    ServiceId: service.serviceId,
    ServiceName: service.serviceName,
    ServiceType: [{ ServiceType: 'Interface' as const }],
    AvailabilityZoneIds: zoneIds.filter((id) => id !== undefined),
    AvailabilityZones: [...service.availabilityZones],
    AcceptanceRequired: service.acceptanceRequired,
    ManagesVpcEndpoints: false,
    BaseEndpointDnsNames: [baseEndpointDnsName(service)],
    SupportedIpAddressTypes: [...service.supportedIpAddressTypes],
    ...(service.payerResponsibility && { PayerResponsibility: service.payerResponsibility }),
  }
}

/** A service as its owner sees it. */
export function describeServiceConfiguration(service: EndpointService): ServiceConfiguration {
  const remote = service.supportedRegions ?? []
  return {
    ...describeCommon(service),
    ServiceState: 'Available',
    NetworkLoadBalancerArns: [...service.networkLoadBalancerArns],
    GatewayLoadBalancerArns: [],
    ...(service.privateDnsName !== undefined && { PrivateDnsName: service.privateDnsName }),
    PrivateDnsNameConfiguration: describePrivateDns(service),
    Tags: toWireTags(service.tags),
    SupportedRegions: [service.region, ...remote].map((Region) => ({ Region, ServiceState: 'Available' })),
    RemoteAccessEnabled: remote.length > 0,
  }
}

/** A service as those see it who may connect. Its tags are the owner's affair. */
export function describeServiceDetail(service: EndpointService, accountId: string): ServiceDetail {
  return {
    ...describeCommon(service),
    ServiceRegion: service.region,
    Owner: service.ownerId,
    ...(service.privateDnsName !== undefined && {
      PrivateDnsName: service.privateDnsName,
      PrivateDnsNames: [{ PrivateDnsName: service.privateDnsName }],
      PrivateDnsNameVerificationState: service.privateDnsVerification?.state,
    }),
    VpcEndpointPolicySupported: false,
    Tags: service.ownerId === accountId ? toWireTags(service.tags) : [],
  }
}
