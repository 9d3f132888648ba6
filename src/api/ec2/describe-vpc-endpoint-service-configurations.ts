import type {
  DescribeVpcEndpointServiceConfigurationsRequest,
  DescribeVpcEndpointServiceConfigurationsResult,
} from '@aws-sdk/client-ec2'
import type { EndpointService } from '../../resource/endpoint-service.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors-privatelink.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { selectOwned } from './owned.ts'
import { paginate } from './pagination.ts'
import { describeServiceConfiguration } from './vpc-endpoint-service.ts'

/**
 * The caller's own services.
 * Source: EC2 API Reference, DescribeVpcEndpointServiceConfigurations.
 *
 * @throws InvalidVpcEndpointServiceId.NotFound, InvalidFilter, InvalidNextToken
 */
export const describeVpcEndpointServiceConfigurations: Operation<
  DescribeVpcEndpointServiceConfigurationsRequest,
  DescribeVpcEndpointServiceConfigurationsResult
> = {
  action: 'ec2:DescribeVpcEndpointServiceConfigurations',
  kind: 'read',

  handle(input, ctx) {
    const services = selectOwned(ctx, 'endpoint-service', input.ServiceIds, errors.vpcEndpointServiceId)
    const matching = applyFilters(services, input.Filters, filters, (service) => service.tags)
    const { page, nextToken } = paginate(matching, input, {
      min: 5,
      max: 1000,
      isClamped: true,
      idOf: (service) => service.serviceId,
    })
    return {
      ServiceConfigurations: page.map(describeServiceConfiguration),
      ...(nextToken && { NextToken: nextToken }),
    }
  },
}

const filters: FilterTable<EndpointService> = {
  'service-name': (service) => service.serviceName,
  'service-id': (service) => service.serviceId,
  'service-state': () => 'Available',
  'supported-ip-address-types': (service) => service.supportedIpAddressTypes,
}
