import type {
  DescribeSecurityGroupVpcAssociationsRequest,
  DescribeSecurityGroupVpcAssociationsResult,
} from '@aws-sdk/client-ec2'
import type { SecurityGroup } from '../../resource/security-group.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { allOwned } from './owned.ts'
import { paginate } from './pagination.ts'

interface Association {
  readonly group: SecurityGroup
  readonly vpcId: string
}

const filters: FilterTable<Association> = {
  'group-id': ({ group }) => group.groupId,
  'group-owner-id': ({ group }) => group.ownerId,
  state: () => 'associated',
  'vpc-id': ({ vpcId }) => vpcId,
  'vpc-owner-id': ({ group }) => group.ownerId,
}

/**
 * Which groups serve which other VPCs; a group's own VPC is not among them.
 *
 * Source: EC2 API Reference, DescribeSecurityGroupVpcAssociations.
 *
 * @throws InvalidParameterValue, InvalidNextToken
 */
export const describeSecurityGroupVpcAssociations: Operation<
  DescribeSecurityGroupVpcAssociationsRequest,
  DescribeSecurityGroupVpcAssociationsResult
> = {
  action: 'ec2:DescribeSecurityGroupVpcAssociations',
  kind: 'read',

  handle(input, ctx) {
    const all = allOwned(ctx, 'security-group').flatMap((group) =>
      (group.associatedVpcIds ?? []).map((vpcId) => ({ group, vpcId })),
    )
    const associations = applyFilters(all, input.Filters, filters, undefined, errors.unknownFilter)
    const { page, nextToken } = paginate(associations, input, {
      min: 5,
      max: 1000,
      idOf: ({ group, vpcId }) => `${group.groupId} ${vpcId}`,
    })
    return {
      SecurityGroupVpcAssociations: page.map(({ group, vpcId }) => ({
        GroupId: group.groupId,
        GroupOwnerId: group.ownerId,
        VpcId: vpcId,
        VpcOwnerId: group.ownerId,
        State: 'associated',
      })),
      NextToken: nextToken,
    }
  },
}
