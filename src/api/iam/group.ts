import type { Group as DescribedGroup } from '@aws-sdk/client-iam'
import { type Group, groupArnOf, type User } from '../../resource/identity.ts'
import type { View } from '../../state/transaction.ts'
import { errors } from './errors.ts'

interface Reader {
  readonly tx: View
  readonly accountId: string
}

/** @throws NoSuchEntity */
export function findGroup({ tx, accountId }: Reader, groupName = ''): Group {
  const group = tx.get('group', `${accountId}|${groupName}`)
  if (!group) throw errors.groupNotFound(groupName)
  return group
}

export function usersOf({ tx, accountId }: Reader, groupName: string): readonly User[] {
  return tx.by('user', 'groupName', `${accountId}|${groupName}`)
}

export function describeGroup(group: Group): DescribedGroup {
  return {
    Path: group.path,
    GroupName: group.groupName,
    GroupId: group.groupId,
    Arn: groupArnOf(group),
    CreateDate: new Date(group.createdAt),
  }
}
