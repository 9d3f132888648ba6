import type { DescribeVpcEndpointAssociationsRequest, DescribeVpcEndpointAssociationsResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { vpcEndpointId } from './errors-privatelink.ts'
import { applyFilters } from './filters.ts'
import { selectOwned } from './owned.ts'

/**
 * The resources behind endpoints of type Resource and ServiceNetwork. There are only interface endpoints here, which have
 * none: every honest answer is an empty one.
 * Source: EC2 API Reference, DescribeVpcEndpointAssociations.
 *
 * @throws InvalidVpcEndpointId.NotFound, InvalidVpcEndpointId.Malformed, InvalidFilter
 */
export const describeVpcEndpointAssociations: Operation<
  DescribeVpcEndpointAssociationsRequest,
  DescribeVpcEndpointAssociationsResult
> = {
  action: 'ec2:DescribeVpcEndpointAssociations',
  kind: 'read',

  handle(input, ctx) {
    selectOwned(ctx, 'vpc-endpoint', input.VpcEndpointIds, vpcEndpointId)
    const none = () => undefined
    const filters = {
      'vpc-endpoint-id': none,
      'associated-resource-accessibility': none,
      'association-id': none,
      'associated-resource-id': none,
      'service-network-arn': none,
      'resource-configuration-group-arn': none,
      'service-network-resource-association-id': none,
    }
    applyFilters([], input.Filters, filters, () => [])
    return { VpcEndpointAssociations: [] }
  },
}
