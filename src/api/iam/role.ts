import type { Role as DescribedRole } from '@aws-sdk/client-iam'
import { type Role, roleArnOf } from '../../resource/account.ts'
import type { View } from '../../state/transaction.ts'
import { errors } from './errors.ts'
import { describeBoundary } from './permissions-boundary.ts'
import { encodeDocument } from './policy-document.ts'
import { describeTags } from './tags.ts'

/** Of a role that names no longest session. */
export const defaultSessionDurationSeconds = 3600

interface Reader {
  readonly tx: View
  readonly accountId: string
}

/** @throws NoSuchEntity */
export function findRole({ tx, accountId }: Reader, roleName = ''): Role {
  const role = tx.get('role', `${accountId}|${roleName}`)
  if (!role) throw errors.roleNotFound(roleName)
  return role
}

/**
 * A role that its account may change: not one that a service owns.
 *
 * @throws NoSuchEntity, UnmodifiableEntity
 */
export function findOwnRole(ctx: Reader, roleName = ''): Role {
  const role = findRole(ctx, roleName)
  if (role.linkedService !== undefined) throw errors.protectedRole(roleName, role.linkedService)
  return role
}

/** As lists show a role. */
export function describeListedRole(role: Role): DescribedRole {
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: roleArnOf(role),
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeDocument(role.assumeRolePolicyDocument),
    ...(role.description === undefined ? {} : { Description: role.description }),
    MaxSessionDuration: role.maxSessionDurationSeconds,
  }
}

/** With what lists leave out: boundary and tags. */
export function describeRole(role: Role): DescribedRole {
  return {
    ...describeListedRole(role),
    ...describeBoundary(role),
    ...(role.tags.length > 0 ? { Tags: describeTags(role.tags) } : {}),
  }
}
