import type {
  CreateVpcEndpointServiceConfigurationRequest,
  CreateVpcEndpointServiceConfigurationResult,
} from '@aws-sdk/client-ec2'
import { type EndpointService, serviceNameOf } from '../../resource/endpoint-service.ts'
import type { Operation } from '../operation.ts'
import { notSupported } from './errors.ts'
import * as errors from './errors-privatelink.ts'
import { tagsFromSpecifications } from './tags.ts'
import { describeServiceConfiguration, requireLoadBalancers, zonesOf } from './vpc-endpoint-service.ts'
import { checkIpAddressTypes, checkRegions } from './vpc-endpoint-service-options.ts'

/**
 * Publishes load balancers as an endpoint service. It is usable at once, and by nobody but its owner until
 * ModifyVpcEndpointServicePermissions names somebody. Acceptance is required unless the caller says otherwise.
 * Source: EC2 API Reference, CreateVpcEndpointServiceConfiguration.
 *
 * @throws InvalidParameter, InvalidNetworkLoadBalancerArn.Malformed, InvalidNetworkLoadBalancerArn.NotFound
 */
export const createVpcEndpointServiceConfiguration: Operation<
  CreateVpcEndpointServiceConfigurationRequest,
  CreateVpcEndpointServiceConfigurationResult
> = {
  action: 'ec2:CreateVpcEndpointServiceConfiguration',
  kind: 'write',
  missing: ['Gateway load balancers, private DNS names, IPv6 and other Regions are refused.'],

  handle(input, ctx) {
    const { NetworkLoadBalancerArns: arns = [], GatewayLoadBalancerArns: gatewayArns = [] } = input
    if ((arns.length === 0) === (gatewayArns.length === 0)) throw errors.loadBalancerRequired()
    if (gatewayArns.length > 0) throw notSupported('An endpoint service of Gateway Load Balancers')
    if (input.PrivateDnsName) throw notSupported('A private DNS name for an endpoint service')
    checkIpAddressTypes(input.SupportedIpAddressTypes)
    checkRegions(input.SupportedRegions, ctx.region)
    const loadBalancers = requireLoadBalancers(ctx, arns)
    const tags = tagsFromSpecifications(input.TagSpecifications, 'vpc-endpoint-service')

    const serviceId = ctx.newId('vpce-svc')
    const service: EndpointService = {
      serviceId,
      serviceName: serviceNameOf(ctx.region, serviceId),
      ownerId: ctx.accountId,
      region: ctx.region,
      acceptanceRequired: input.AcceptanceRequired ?? true,
      networkLoadBalancerArns: loadBalancers.map((loadBalancer) => loadBalancer.loadBalancerArn),
      availabilityZones: zonesOf(loadBalancers),
      supportedIpAddressTypes: ['ipv4'],
      permissions: [],
      createdAt: ctx.now.toISOString(),
      tags,
    }
    ctx.tx.put('endpoint-service', service)
    return {
      ServiceConfiguration: describeServiceConfiguration(service),
      ...(input.ClientToken && { ClientToken: input.ClientToken }),
    }
  },
}
