import type { DescribeVpcEndpointServicesRequest, DescribeVpcEndpointServicesResult } from '@aws-sdk/client-ec2'
import type { EndpointService } from '../../resource/endpoint-service.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { paginate } from './pagination.ts'
import { describeServiceDetail, grantOf, requirePermittedService } from './vpc-endpoint-service.ts'

/**
 * The services that the caller may connect to: its own and those whose allow list names it. A service open to everybody
 * is answered when it is asked for by name, and not listed to everybody (reference 3.7).
 * Source: EC2 API Reference, DescribeVpcEndpointServices.
 *
 * @throws InvalidServiceName, InvalidFilter, InvalidNextToken
 */
export const describeVpcEndpointServices: Operation<
  DescribeVpcEndpointServicesRequest,
  DescribeVpcEndpointServicesResult
> = {
  action: 'ec2:DescribeVpcEndpointServices',
  kind: 'read',
  missing: ["AWS's own services are not listed: there are none here."],

  handle(input, ctx) {
    // Services are tagged by their owner, for their owner.
    const tagsOf = (service: EndpointService) => (service.ownerId === ctx.accountId ? service.tags : [])
    const matching = applyFilters(select(input, ctx), input.Filters, filters, tagsOf)
    const { page, nextToken } = paginate(matching, input, { max: 1000, idOf: (service) => service.serviceId })
    return {
      ServiceNames: page.map((service) => service.serviceName),
      ServiceDetails: page.map((service) => describeServiceDetail(service, ctx.accountId)),
      ...(nextToken && { NextToken: nextToken }),
    }
  },
}

function select(input: DescribeVpcEndpointServicesRequest, ctx: OperationContext): readonly EndpointService[] {
  const { ServiceNames: names = [], ServiceRegions: regions = [] } = input
  if (names.length > 0) return [...new Set(names)].map((name) => requirePermittedService(ctx, name))
  if (regions.length > 0 && !regions.includes(ctx.region)) return []
  return [...ctx.tx.all('endpoint-service')].filter((service) => {
    const grant = grantOf(service, ctx.principal)
    return service.region === ctx.region && (grant === 'owner' || grant === 'named')
  })
}

const filters: FilterTable<EndpointService> = {
  owner: (service) => service.ownerId,
  'service-name': (service) => service.serviceName,
  'service-region': (service) => service.region,
  'service-type': () => 'Interface',
  'supported-ip-address-types': (service) => service.supportedIpAddressTypes,
}
