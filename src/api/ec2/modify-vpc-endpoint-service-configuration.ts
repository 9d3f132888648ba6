import type {
  ModifyVpcEndpointServiceConfigurationRequest,
  ModifyVpcEndpointServiceConfigurationResult,
} from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { invalidParameter, notSupported } from './errors.ts'
import * as errors from './errors-privatelink.ts'
import { hasLiveConnections, requireLoadBalancers, requireService, zonesOf } from './vpc-endpoint-service.ts'
import { checkIpAddressTypes, checkRegions } from './vpc-endpoint-service-options.ts'

/**
 * Changes a service. Whatever is asked for, the service takes up the zones its load balancers have now: a call with
 * nothing but the id is the way to do only that (reference 3.8). AcceptanceRequired concerns new requests only.
 * Source: EC2 API Reference, ModifyVpcEndpointServiceConfiguration.
 *
 * @throws InvalidVpcEndpointServiceId.NotFound, InvalidParameter, InvalidNetworkLoadBalancerArn.NotFound,
 *         ExistingVpcEndpointConnections
 */
export const modifyVpcEndpointServiceConfiguration: Operation<
  ModifyVpcEndpointServiceConfigurationRequest,
  ModifyVpcEndpointServiceConfigurationResult
> = {
  action: 'ec2:ModifyVpcEndpointServiceConfiguration',
  kind: 'write',
  missing: ['Gateway load balancers, private DNS names, IPv6 and other Regions are refused.'],

  handle(input, ctx) {
    const service = requireService(ctx, input.ServiceId)
    const { AddNetworkLoadBalancerArns: added = [], RemoveNetworkLoadBalancerArns: removed = [] } = input
    if ((input.AddGatewayLoadBalancerArns?.length ?? 0) + (input.RemoveGatewayLoadBalancerArns?.length ?? 0) > 0) {
      throw notSupported('An endpoint service of Gateway Load Balancers')
    }
    // Terraform clears a name by an empty one (reference 5.1); there is none to clear.
    if (input.PrivateDnsName) throw notSupported('A private DNS name for an endpoint service')
    checkIpAddressTypes(input.AddSupportedIpAddressTypes)
    if (input.RemoveSupportedIpAddressTypes?.includes('ipv4')) throw errors.lastIpAddressType()
    checkRegions(input.AddSupportedRegions, ctx.region)
    if (input.RemoveSupportedRegions?.includes(ctx.region)) {
      throw invalidParameter(`The Region ${ctx.region} hosts the service and cannot be removed.`)
    }

    for (const arn of removed) {
      if (!service.networkLoadBalancerArns.includes(arn)) throw errors.networkLoadBalancerArn.notFound(arn)
    }
    if (removed.length > 0 && hasLiveConnections(ctx.tx, service.serviceId)) throw errors.existingConnections()
    const kept = service.networkLoadBalancerArns.filter((arn) => !removed.includes(arn))
    const loadBalancers = requireLoadBalancers(ctx, [...kept, ...added], service.serviceId)
    if (loadBalancers.length === 0) throw errors.lastLoadBalancer()

    ctx.tx.put('endpoint-service', {
      ...service,
      acceptanceRequired: input.AcceptanceRequired ?? service.acceptanceRequired,
      networkLoadBalancerArns: loadBalancers.map((loadBalancer) => loadBalancer.loadBalancerArn),
      availabilityZones: zonesOf(loadBalancers),
    })
    return { Return: true }
  },
}
