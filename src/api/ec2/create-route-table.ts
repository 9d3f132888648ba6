import type { CreateRouteTableRequest, CreateRouteTableResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { checkQuota, quotas } from '../quota.ts'
import * as errors from './errors.ts'
import { requireOwned } from './owned.ts'
import { describeRouteTable, putRouteTable } from './route-table.ts'
import { tagsFromSpecifications } from './tags.ts'

/**
 * Source: EC2 API Reference, CreateRouteTable.
 *
 * @throws InvalidVpcID.NotFound, RouteTableLimitExceeded, MissingParameter
 */
export const createRouteTable: Operation<CreateRouteTableRequest, CreateRouteTableResult> = {
  action: 'ec2:CreateRouteTable',
  kind: 'write',

  handle(input, ctx) {
    const vpc = requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'vpcId')
    checkQuota(ctx, quotas.routeTablesPerVpc, ctx.tx.countBy('route-table', 'vpcId', vpc.vpcId))
    const tags = tagsFromSpecifications(input.TagSpecifications, 'route-table')
    const table = putRouteTable(ctx, vpc, { isMain: false, tags })
    return {
      RouteTable: describeRouteTable(ctx.tx, table),
      ...(input.ClientToken && { ClientToken: input.ClientToken }),
    }
  },
}
