import type { DescribePublicIpv4PoolsRequest, DescribePublicIpv4PoolsResult } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const kind: AbsentKind = {
  notFound: (id) => new AwsError('InvalidPublicIpv4PoolID.NotFound', `The publicIpv4Pool ID '${id}' does not exist`),
  filterNames: [],
  min: 1,
  max: 10,
}

/**
 * There are no public IPv4 pools.
 *
 * Source: EC2 API Reference, DescribePublicIpv4Pools. The error's text is from memory.
 *
 * @throws InvalidPublicIpv4PoolID.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const describePublicIpv4Pools: Operation<DescribePublicIpv4PoolsRequest, DescribePublicIpv4PoolsResult> = {
  action: 'ec2:DescribePublicIpv4Pools',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.PoolIds, filters: input.Filters, page: input }, kind)
    return { PublicIpv4Pools: [] }
  },
}
