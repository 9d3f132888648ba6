import type { DescribeStaleSecurityGroupsRequest, DescribeStaleSecurityGroupsResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { requireOwned } from './owned.ts'
import { paginate } from './pagination.ts'

/**
 * The groups of a VPC with rules that name a group of a peered VPC that is gone: none, since there is no peering.
 *
 * Source: EC2 API Reference, DescribeStaleSecurityGroups.
 *
 * @throws InvalidVpcID.NotFound, MissingParameter, InvalidNextToken
 */
export const describeStaleSecurityGroups: Operation<
  DescribeStaleSecurityGroupsRequest,
  DescribeStaleSecurityGroupsResult
> = {
  action: 'ec2:DescribeStaleSecurityGroups',
  kind: 'read',

  handle(input, ctx) {
    requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'vpcId')
    paginate([], input, { min: 5, max: 255 })
    return { StaleSecurityGroupSet: [] }
  },
}
