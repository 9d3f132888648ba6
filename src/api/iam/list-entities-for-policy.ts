import type { ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { attachmentsOf, requirePolicy } from './managed-policy.ts'
import { page, pageEnd } from './pagination.ts'

/**
 * Who has a managed policy: attached, as a boundary, or either.
 * Source: IAM API Reference, ListEntitiesForPolicy.
 *
 * @throws NoSuchEntity, InvalidInput, ValidationError
 */
export const listEntitiesForPolicy: Operation<ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse> = {
  action: 'iam:ListEntitiesForPolicy',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const { policyArn } = requirePolicy(ctx, input.PolicyArn)
    const found = attachmentsOf(ctx, policyArn)
    const usage = input.PolicyUsageFilter
    const users = union(
      usage === 'PermissionsBoundary' ? [] : found.users,
      usage === 'PermissionsPolicy' ? [] : found.boundedUsers,
    )
    const roles = union(
      usage === 'PermissionsBoundary' ? [] : found.roles,
      usage === 'PermissionsPolicy' ? [] : found.boundedRoles,
    )
    const groups = usage === 'PermissionsBoundary' ? [] : found.groups
    const entities: readonly Entity[] = [
      ...groups.map((group) => ({
        kind: 'Group' as const,
        path: group.path,
        name: group.groupName,
        id: group.groupId,
      })),
      ...roles.map((role) => ({ kind: 'Role' as const, path: role.path, name: role.roleName, id: role.roleId })),
      ...users.map((user) => ({ kind: 'User' as const, path: user.path, name: user.userName, id: user.userId })),
    ]
    const wanted = entities.filter(
      ({ kind, path }) => (input.EntityFilter ?? kind) === kind && path.startsWith(input.PathPrefix ?? '/'),
    )
    const shown = page(wanted, ({ kind, name }) => `${kind}|${name.toLowerCase()}`, input)
    const of = (wish: Entity['kind']) => shown.items.filter(({ kind }) => kind === wish)
    return {
      PolicyGroups: of('Group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: of('User').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of('Role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...pageEnd(shown),
    }
  },
}

interface Entity {
  readonly kind: 'User' | 'Group' | 'Role'
  readonly path: string
  readonly name: string
  readonly id: string
}

function union<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  return [...new Set([...a, ...b])]
}
