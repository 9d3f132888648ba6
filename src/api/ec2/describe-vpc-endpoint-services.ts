import type {
  DescribeVpcEndpointServicesRequest,
  DescribeVpcEndpointServicesResult,
  ServiceDetail,
} from '@aws-sdk/client-ec2'
import type { Operation, OperationContext } from '../operation.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { paginate } from './pagination.ts'
import { fromWireTags } from './tags.ts'
import { awsServicesNamed, awsServicesOf, describeAwsService } from './vpc-endpoint-aws-service.ts'
import { describeServiceDetail, isReachableFrom, requirePermittedService } from './vpc-endpoint-service.ts'
import { grantOf } from './vpc-endpoint-service-principal.ts'

/**
 * The services that the caller may connect to: AWS's, its own and those whose allow list names it, in the order of their
 * names. A service open to everybody is answered when it is asked for by name, and not listed to everybody (reference
 * 3.7). Services of other Regions are looked for where ServiceRegions says so, and shown if they support the caller's.
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

  handle(input, ctx) {
    const tagsOf = (service: ServiceDetail) => fromWireTags(service.Tags)
    const matching = applyFilters(select(input, ctx), input.Filters, filters, tagsOf)
    // A name may stand for two services, of different types.
    const idOf = (service: ServiceDetail) => `${service.ServiceName} ${service.ServiceId}`
    const { page, nextToken } = paginate(matching, input, { max: 1000, isClamped: true, idOf })
    const names = page.map((service) => service.ServiceName).filter((name) => name !== undefined)
    return {
      ServiceNames: [...new Set(names)],
      ServiceDetails: [...page],
      ...(nextToken && { NextToken: nextToken }),
    }
  },
}

function select(input: DescribeVpcEndpointServicesRequest, ctx: OperationContext): readonly ServiceDetail[] {
  const { ServiceNames: names = [] } = input
  const regions = input.ServiceRegions?.length ? [...new Set(input.ServiceRegions)] : [ctx.region]
  if (names.length > 0) {
    return [...new Set(names)].flatMap((name) => {
      const ofAws = regions.flatMap((region) =>
        awsServicesNamed(region, name).map((service) => describeAwsService(region, service)),
      )
      if (ofAws.length > 0) return ofAws
      return [describeServiceDetail(requirePermittedService(ctx, name, regions), ctx.accountId)]
    })
  }
  const ofAws = regions.flatMap((region) => awsServicesOf(region).map((service) => describeAwsService(region, service)))
  const ofCustomers = [...ctx.tx.all('endpoint-service')].flatMap((service) => {
    if (!regions.includes(service.region) || !isReachableFrom(ctx.region, service)) return []
    const grant = grantOf(ctx.tx, service, ctx.principal)
    // Services are tagged by their owner, for their owner.
    return grant === 'owner' || grant === 'named' ? [describeServiceDetail(service, ctx.accountId)] : []
  })
  return [...ofAws, ...ofCustomers].sort((a, b) => byText(a.ServiceName ?? '', b.ServiceName ?? ''))
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const filters: FilterTable<ServiceDetail> = {
  owner: (service) => service.Owner,
  'service-name': (service) => service.ServiceName,
  'service-region': (service) => service.ServiceRegion,
  'service-type': (service) => service.ServiceType?.flatMap(({ ServiceType: type }) => type ?? []),
  'supported-ip-address-types': (service) => service.SupportedIpAddressTypes,
}
