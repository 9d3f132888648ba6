import type {
  ModifyVpcEndpointServiceConfigurationRequest,
  ModifyVpcEndpointServiceConfigurationResult,
} from '@aws-sdk/client-ec2'
import type { EndpointService } from '../../resource/endpoint-service.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { requireGatewayLoadBalancers } from './create-vpc-endpoint-service-configuration.ts'
import { invalidParameterCombination } from './errors.ts'
import * as errors from './errors-privatelink.ts'
import { hasLiveConnections, requireLoadBalancers, requireService, zonesOf } from './vpc-endpoint-service.ts'
import { parseIpAddressTypes, parseSupportedRegions } from './vpc-endpoint-service-options.ts'
import { asTrusted, withPrivateDnsName } from './vpc-endpoint-service-private-dns.ts'

/**
 * Changes a service. Whatever is asked for, the service takes up the zones its load balancers have now: a call with
 * nothing but the id is the way to do only that (reference 3.8).
 *
 * AcceptanceRequired, address families and Regions concern new requests only. A private name can be taken away when nobody
 * is connected; another one can be given at any time, and endpoints that have the old one keep it (reference 3.5, 5.1).
 * Source: EC2 API Reference, ModifyVpcEndpointServiceConfiguration.
 *
 * @throws InvalidVpcEndpointServiceId.NotFound, InvalidParameter, InvalidParameterCombination,
 *         InvalidNetworkLoadBalancerArn.NotFound, ExistingVpcEndpointConnections
 */
export const modifyVpcEndpointServiceConfiguration: Operation<
  ModifyVpcEndpointServiceConfigurationRequest,
  ModifyVpcEndpointServiceConfigurationResult
> = {
  action: 'ec2:ModifyVpcEndpointServiceConfiguration',
  kind: 'write',

  handle(input, ctx) {
    const service = requireService(ctx, input.ServiceId)
    const { AddNetworkLoadBalancerArns: added = [], RemoveNetworkLoadBalancerArns: removed = [] } = input
    requireGatewayLoadBalancers([
      ...(input.AddGatewayLoadBalancerArns ?? []),
      ...(input.RemoveGatewayLoadBalancerArns ?? []),
    ])
    for (const arn of removed) {
      if (!service.networkLoadBalancerArns.includes(arn)) throw errors.networkLoadBalancerArn.notFound(arn)
    }
    if (removed.length > 0 && hasLiveConnections(ctx.tx, service.serviceId)) throw errors.existingConnections()
    const kept = service.networkLoadBalancerArns.filter((arn) => !removed.includes(arn))
    const loadBalancers = requireLoadBalancers(ctx, [...kept, ...added], service.serviceId)
    if (loadBalancers.length === 0) throw errors.lastLoadBalancer()

    const types = changed(
      service.supportedIpAddressTypes,
      input.AddSupportedIpAddressTypes,
      input.RemoveSupportedIpAddressTypes,
    )
    if (input.RemoveSupportedRegions?.includes(ctx.region)) throw errors.hostRegionStays(ctx.region)
    const regions = changed(service.supportedRegions ?? [], input.AddSupportedRegions, input.RemoveSupportedRegions)

    ctx.tx.put('endpoint-service', {
      ...renamed(ctx, service, input),
      acceptanceRequired: input.AcceptanceRequired ?? service.acceptanceRequired,
      networkLoadBalancerArns: loadBalancers.map((loadBalancer) => loadBalancer.loadBalancerArn),
      availabilityZones: zonesOf(loadBalancers),
      supportedIpAddressTypes: parseIpAddressTypes(types, loadBalancers),
      supportedRegions: parseSupportedRegions(ctx, regions, loadBalancers),
    })
    return { Return: true }
  },
}

const changed = (old: readonly string[], added: readonly string[] = [], removed: readonly string[] = []) =>
  [...old, ...added].filter((value) => !removed.includes(value))

/** The service with the private name that is asked for. Terraform takes one away by giving an empty one (reference 5.1). */
function renamed(
  ctx: OperationContext,
  service: EndpointService,
  { PrivateDnsName: name, RemovePrivateDnsName: isRemoved }: ModifyVpcEndpointServiceConfigurationRequest,
): EndpointService {
  if (isRemoved && name) {
    throw invalidParameterCombination(
      'The parameter PrivateDnsName cannot be used with the parameter RemovePrivateDnsName',
    )
  }
  if (name) return asTrusted(ctx, withPrivateDnsName(ctx, service, name))
  const isTakenAway = service.privateDnsName !== undefined && (isRemoved === true || name === '')
  if (!isTakenAway) return service
  if (hasLiveConnections(ctx.tx, service.serviceId)) throw errors.existingConnections()
  return withPrivateDnsName(ctx, service, undefined)
}
