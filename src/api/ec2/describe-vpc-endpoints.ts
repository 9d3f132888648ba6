import type { DescribeVpcEndpointsRequest, DescribeVpcEndpointsResult } from '@aws-sdk/client-ec2'
import { serviceRegionOf, type VpcEndpoint } from '../../resource/vpc-endpoint.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors-privatelink.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { selectOwned } from './owned.ts'
import { paginate } from './pagination.ts'
import { describeVpcEndpoint, shownState } from './vpc-endpoint.ts'

/**
 * The caller's endpoints.
 * Source: EC2 API Reference, DescribeVpcEndpoints.
 *
 * @throws InvalidVpcEndpointId.NotFound, InvalidFilter, InvalidNextToken
 */
export const describeVpcEndpoints: Operation<DescribeVpcEndpointsRequest, DescribeVpcEndpointsResult> = {
  action: 'ec2:DescribeVpcEndpoints',
  kind: 'read',

  handle(input, ctx) {
    const endpoints = selectOwned(ctx, 'vpc-endpoint', input.VpcEndpointIds, errors.vpcEndpointId)
    const matching = applyFilters(endpoints, input.Filters, filters(ctx), (endpoint) => endpoint.tags)
    const idOf = (endpoint: VpcEndpoint) => endpoint.vpcEndpointId
    const { page, nextToken } = paginate(matching, input, { max: 1000, isClamped: true, idOf })
    return {
      VpcEndpoints: page.map((endpoint) => describeVpcEndpoint(ctx, endpoint)),
      ...(nextToken && { NextToken: nextToken }),
    }
  },
}

function filters(ctx: OperationContext): FilterTable<VpcEndpoint> {
  return {
    'ip-address-type': (endpoint) => endpoint.ipAddressType,
    'service-name': (endpoint) => endpoint.serviceName,
    'service-region': serviceRegionOf,
    'vpc-id': (endpoint) => endpoint.vpcId,
    'vpc-endpoint-id': (endpoint) => endpoint.vpcEndpointId,
    'vpc-endpoint-state': (endpoint) => shownState(ctx, endpoint),
    'vpc-endpoint-type': () => 'Interface',
  }
}
