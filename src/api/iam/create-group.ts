import type { CreateGroupRequest, CreateGroupResponse } from '@aws-sdk/client-iam'
import type { Group } from '../../resource/identity.ts'
import { newUniqueId } from '../account.ts'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { describeGroup } from './group.ts'
import { quotas } from './quotas.ts'

/**
 * A new group of users.
 * Source: IAM API Reference, CreateGroup.
 *
 * @throws EntityAlreadyExists, LimitExceeded, ValidationError
 */
export const createGroup: Operation<CreateGroupRequest, CreateGroupResponse> = {
  action: 'iam:CreateGroup',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const { GroupName: groupName = '' } = input
    if (tx.by('group', 'name', `${accountId}|${groupName.toLowerCase()}`).length > 0)
      throw errors.groupExists(groupName)
    if (tx.by('group', 'accountId', accountId).length >= quotas.groupsPerAccount) {
      throw errors.quotaExceeded('GroupsPerAccount', quotas.groupsPerAccount)
    }
    const group: Group = {
      groupId: newUniqueId(ctx, 'AGPA'),
      groupName,
      path: input.Path ?? '/',
      accountId,
      inlinePolicies: {},
      attachedPolicyArns: [],
      createdAt: ctx.now.toISOString(),
    }
    tx.put('group', group)
    return { Group: describeGroup(group) }
  },
}
