import type {
  DescribeVpcEndpointConnectionsRequest,
  DescribeVpcEndpointConnectionsResult,
  VpcEndpointConnection,
} from '@aws-sdk/client-ec2'
import type { EndpointService } from '../../resource/endpoint-service.ts'
import type { VpcEndpoint } from '../../resource/vpc-endpoint.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { allOwned } from './owned.ts'
import { paginate } from './pagination.ts'
import { toWireTags } from './tags.ts'
import { dnsEntriesOf, shownState, wireState } from './vpc-endpoint.ts'

/** An endpoint as the provider of its service sees it. */
interface Connection {
  readonly endpoint: VpcEndpoint
  readonly service: EndpointService
}

/**
 * Who is connected, or wants to be, to the caller's services.
 * Source: EC2 API Reference, DescribeVpcEndpointConnections.
 *
 * @throws InvalidFilter, InvalidNextToken
 */
export const describeVpcEndpointConnections: Operation<
  DescribeVpcEndpointConnectionsRequest,
  DescribeVpcEndpointConnectionsResult
> = {
  action: 'ec2:DescribeVpcEndpointConnections',
  kind: 'read',

  handle(input, ctx) {
    const connections = allOwned(ctx, 'endpoint-service').flatMap((service): Connection[] =>
      ctx.tx.by('vpc-endpoint', 'serviceId', service.serviceId).map((endpoint) => ({ endpoint, service })),
    )
    const matching = applyFilters(connections, input.Filters, filters(ctx), () => [])
    const { page, nextToken } = paginate(matching, input, {
      max: 1000,
      isClamped: true,
      idOf: ({ endpoint }) => endpoint.vpcEndpointId,
    })
    return {
      VpcEndpointConnections: page.map((connection) => describeConnection(ctx, connection)),
      ...(nextToken && { NextToken: nextToken }),
    }
  },
}

function describeConnection(ctx: OperationContext, { endpoint, service }: Connection): VpcEndpointConnection {
  return {
    ServiceId: service.serviceId,
    VpcEndpointId: endpoint.vpcEndpointId,
    VpcEndpointOwner: endpoint.ownerId,
    VpcEndpointState: wireState(shownState(ctx, endpoint)),
    CreationTimestamp: new Date(endpoint.createdAt),
    DnsEntries: dnsEntriesOf(ctx.tx, endpoint),
    NetworkLoadBalancerArns: [...service.networkLoadBalancerArns],
    IpAddressType: endpoint.ipAddressType,
    VpcEndpointConnectionId: endpoint.vpcEndpointConnectionId,
    Tags: toWireTags(endpoint.connectionTags ?? []),
    VpcEndpointRegion: endpoint.region,
  }
}

function filters(ctx: OperationContext): FilterTable<Connection> {
  return {
    'ip-address-type': ({ endpoint }) => endpoint.ipAddressType,
    'service-id': ({ service }) => service.serviceId,
    'vpc-endpoint-owner': ({ endpoint }) => endpoint.ownerId,
    'vpc-endpoint-region': ({ endpoint }) =>
      endpoint.serviceRegion === undefined ? endpoint.region : [endpoint.region, 'cross-region'],
    'vpc-endpoint-state': ({ endpoint }) => shownState(ctx, endpoint),
    'vpc-endpoint-id': ({ endpoint }) => endpoint.vpcEndpointId,
  }
}
