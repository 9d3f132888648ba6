import type { DescribeInternetGatewaysRequest, DescribeInternetGatewaysResult } from '@aws-sdk/client-ec2'
import type { InternetGateway } from '../../resource/internet-gateway.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { internetGatewayId } from './errors-network.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { describeInternetGateway } from './internet-gateway.ts'
import { selectOwned } from './owned.ts'
import { paginate } from './pagination.ts'

const filters: FilterTable<InternetGateway> = {
  'attachment.state': (gateway) => (gateway.vpcId ? 'available' : undefined),
  'attachment.vpc-id': (gateway) => gateway.vpcId,
  'internet-gateway-id': (gateway) => gateway.internetGatewayId,
  'owner-id': (gateway) => gateway.ownerId,
}

/**
 * Source: EC2 API Reference, DescribeInternetGateways.
 *
 * @throws InvalidInternetGatewayID.NotFound, InvalidInternetGatewayId.Malformed, InvalidParameterValue, InvalidNextToken
 */
export const describeInternetGateways: Operation<DescribeInternetGatewaysRequest, DescribeInternetGatewaysResult> = {
  action: 'ec2:DescribeInternetGateways',
  kind: 'read',

  handle(input, ctx) {
    const gateways = applyFilters(
      selectOwned(ctx, 'internet-gateway', input.InternetGatewayIds, internetGatewayId),
      input.Filters,
      filters,
      (gateway) => gateway.tags,
      errors.unknownFilter,
    )
    const limits = { min: 5, max: 1000, idOf: (gateway: InternetGateway) => gateway.internetGatewayId }
    const { page, nextToken } = paginate(gateways, input, limits)
    return { InternetGateways: page.map(describeInternetGateway), NextToken: nextToken }
  },
}
