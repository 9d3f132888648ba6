import type { UpdateGroupRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { findGroup, usersOf } from './group.ts'

/**
 * Renames or moves a group; its users stay in it.
 * Source: IAM API Reference, UpdateGroup.
 *
 * @throws NoSuchEntity, EntityAlreadyExists, ValidationError
 */
export const updateGroup: Operation<UpdateGroupRequest, object> = {
  action: 'iam:UpdateGroup',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const group = findGroup(ctx, input.GroupName)
    const groupName = input.NewGroupName ?? group.groupName
    const taken = tx.by('group', 'name', `${accountId}|${groupName.toLowerCase()}`)
    if (taken.some(({ groupId }) => groupId !== group.groupId)) throw errors.groupExists(groupName)
    for (const user of usersOf(ctx, group.groupName)) {
      const groupNames = user.groupNames.map((name) => (name === group.groupName ? groupName : name))
      tx.put('user', { ...user, groupNames })
    }
    tx.delete('group', `${accountId}|${group.groupName}`)
    tx.put('group', { ...group, groupName, path: input.NewPath ?? group.path })
    return {}
  },
}
