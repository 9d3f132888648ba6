import type {
  CreateVpcEndpointServiceConfigurationRequest,
  CreateVpcEndpointServiceConfigurationResult,
} from '@aws-sdk/client-ec2'
import { serviceNameOf } from '../../resource/endpoint-service.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors-privatelink.ts'
import { tagsFromSpecifications } from './tags.ts'
import { describeServiceConfiguration, requireLoadBalancers, zonesOf } from './vpc-endpoint-service.ts'
import { parseIpAddressTypes, parseSupportedRegions } from './vpc-endpoint-service-options.ts'
import { asTrusted, withPrivateDnsName } from './vpc-endpoint-service-private-dns.ts'

/**
 * Publishes load balancers as an endpoint service. It is usable at once, and by nobody but its owner until
 * ModifyVpcEndpointServicePermissions names somebody. Acceptance is required unless the caller says otherwise.
 * Source: EC2 API Reference, CreateVpcEndpointServiceConfiguration.
 *
 * @throws InvalidParameter, InvalidNetworkLoadBalancerArn.Malformed, InvalidNetworkLoadBalancerArn.NotFound,
 *         InvalidGatewayLoadBalancerArn.Malformed, InvalidGatewayLoadBalancerArn.NotFound
 */
export const createVpcEndpointServiceConfiguration: Operation<
  CreateVpcEndpointServiceConfigurationRequest,
  CreateVpcEndpointServiceConfigurationResult
> = {
  action: 'ec2:CreateVpcEndpointServiceConfiguration',
  kind: 'write',

  handle(input, ctx) {
    const { NetworkLoadBalancerArns: arns = [], GatewayLoadBalancerArns: gatewayArns = [] } = input
    if ((arns.length === 0) === (gatewayArns.length === 0)) throw errors.loadBalancerRequired()
    requireGatewayLoadBalancers(gatewayArns)
    const loadBalancers = requireLoadBalancers(ctx, arns)
    const supportedIpAddressTypes = parseIpAddressTypes(input.SupportedIpAddressTypes ?? ['ipv4'], loadBalancers)
    const supportedRegions = parseSupportedRegions(ctx, input.SupportedRegions ?? [], loadBalancers)
    const tags = tagsFromSpecifications(input.TagSpecifications, 'vpc-endpoint-service')

    const serviceId = ctx.newId('vpce-svc')
    const service = withPrivateDnsName(
      ctx,
      {
        serviceId,
        serviceName: serviceNameOf(ctx.region, serviceId),
        ownerId: ctx.accountId,
        region: ctx.region,
        acceptanceRequired: input.AcceptanceRequired ?? true,
        networkLoadBalancerArns: loadBalancers.map((loadBalancer) => loadBalancer.loadBalancerArn),
        availabilityZones: zonesOf(loadBalancers),
        supportedIpAddressTypes,
        supportedRegions,
        permissions: [],
        createdAt: ctx.now.toISOString(),
        tags,
      },
      input.PrivateDnsName || undefined,
    )
    ctx.tx.put('endpoint-service', asTrusted(ctx, service))
    return {
      ServiceConfiguration: describeServiceConfiguration(service),
      ...(input.ClientToken && { ClientToken: input.ClientToken }),
    }
  },
}

/** None exists here, so each is either no ARN of one or the ARN of nothing. */
export function requireGatewayLoadBalancers(arns: readonly string[]): void {
  for (const arn of arns) {
    const isOne = /^arn:aws:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer\/gwy\/[\w-]+\/\w+$/.test(arn)
    throw isOne ? errors.gatewayLoadBalancerArn.notFound(arn) : errors.gatewayLoadBalancerArn.malformed(arn)
  }
}
