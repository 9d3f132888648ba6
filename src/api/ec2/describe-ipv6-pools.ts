import type { DescribeIpv6PoolsRequest, DescribeIpv6PoolsResult } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const kind: AbsentKind = {
  notFound: (id) => new AwsError('InvalidIpv6PoolID.NotFound', `The ipv6Pool ID '${id}' does not exist`),
  filterNames: [],
  min: 1,
}

/**
 * There are no IPv6 pools of your own.
 *
 * Source: EC2 API Reference, DescribeIpv6Pools. The error's text is from memory.
 *
 * @throws InvalidIpv6PoolID.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const describeIpv6Pools: Operation<DescribeIpv6PoolsRequest, DescribeIpv6PoolsResult> = {
  action: 'ec2:DescribeIpv6Pools',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.PoolIds, filters: input.Filters, page: input }, kind)
    return { Ipv6Pools: [] }
  },
}
