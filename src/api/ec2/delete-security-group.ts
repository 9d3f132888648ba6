import type { DeleteSecurityGroupRequest, DeleteSecurityGroupResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { defaultGroupName, deleteGroupWithRules, requireGroup } from './security-group.ts'

/**
 * Removes a group that no interface has and no rule of another group names.
 *
 * Source: EC2 API Reference, DeleteSecurityGroup.
 *
 * @throws InvalidGroup.NotFound, CannotDelete, DependencyViolation
 */
export const deleteSecurityGroup: Operation<DeleteSecurityGroupRequest, DeleteSecurityGroupResult> = {
  action: 'ec2:DeleteSecurityGroup',
  kind: 'write',

  handle(input, ctx) {
    const { tx } = ctx
    const { groupId, groupName, vpcId, associatedVpcIds = [] } = requireGroup(ctx, input)
    if (groupName === defaultGroupName) throw errors.cannotDeleteDefaultGroup(groupId)
    const isUsed =
      associatedVpcIds.length > 0 ||
      tx.by('network-interface', 'groupId', groupId).length > 0 ||
      // An endpoint or a load balancer in no subnet has no interface, yet would take its groups to the next one.
      tx.by('vpc-endpoint', 'vpcId', vpcId).some((endpoint) => endpoint.groupIds.includes(groupId)) ||
      tx.by('load-balancer', 'vpcId', vpcId).some((balancer) => balancer.securityGroupIds.includes(groupId)) ||
      tx.by('security-group-rule', 'referencedGroupId', groupId).some((rule) => rule.groupId !== groupId)
    if (isUsed) throw errors.groupHasDependent(groupId)

    deleteGroupWithRules(ctx, groupId)
    return { Return: true, GroupId: groupId }
  },
}
