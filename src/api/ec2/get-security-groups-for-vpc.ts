import type { GetSecurityGroupsForVpcRequest, GetSecurityGroupsForVpcResult } from '@aws-sdk/client-ec2'
import type { SecurityGroup } from '../../resource/security-group.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { allOwned, requireOwned } from './owned.ts'
import { paginate } from './pagination.ts'
import { servesVpc } from './security-group.ts'
import { toWireTags } from './tags.ts'

const filters: FilterTable<SecurityGroup> = {
  description: (group) => group.description,
  'group-id': (group) => group.groupId,
  'group-name': (group) => group.groupName,
  'owner-id': (group) => group.ownerId,
  'primary-vpc-id': (group) => group.vpcId,
}

/**
 * The groups that interfaces of a VPC may have.
 *
 * Source: EC2 API Reference, GetSecurityGroupsForVpc.
 *
 * @throws InvalidVpcID.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const getSecurityGroupsForVpc: Operation<GetSecurityGroupsForVpcRequest, GetSecurityGroupsForVpcResult> = {
  action: 'ec2:GetSecurityGroupsForVpc',
  kind: 'read',

  handle(input, ctx) {
    const { vpcId } = requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'vpcId')
    const groups = applyFilters(
      allOwned(ctx, 'security-group').filter((group) => servesVpc(group, vpcId)),
      input.Filters,
      filters,
      (group) => group.tags,
      errors.unknownFilter,
    )
    const { page, nextToken } = paginate(groups, input, { min: 5, max: 1000, idOf: (group) => group.groupId })
    return {
      SecurityGroupForVpcs: page.map((group) => ({
        GroupId: group.groupId,
        GroupName: group.groupName,
        Description: group.description,
        OwnerId: group.ownerId,
        PrimaryVpcId: group.vpcId,
        Tags: toWireTags(group.tags),
      })),
      NextToken: nextToken,
    }
  },
}
