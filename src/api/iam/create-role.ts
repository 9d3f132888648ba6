import type { CreateRoleRequest, CreateRoleResponse } from '@aws-sdk/client-iam'
import type { Role } from '../../resource/account.ts'
import { newUniqueId } from '../account.ts'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { withBoundary } from './permissions-boundary.ts'
import { checkTrustPolicy } from './policy-document.ts'
import { quotas } from './quotas.ts'
import { defaultSessionDurationSeconds, describeRole } from './role.ts'
import { parseTags } from './tags.ts'

/**
 * A new role. Its trust policy says who may assume it; what its sessions may do, its other policies say.
 * Source: IAM API Reference, CreateRole.
 *
 * @throws EntityAlreadyExists, LimitExceeded, MalformedPolicyDocument, NoSuchEntity (the boundary), InvalidInput,
 *         ValidationError
 */
export const createRole: Operation<CreateRoleRequest, CreateRoleResponse> = {
  action: 'iam:CreateRole',
  kind: 'write',
  missing: [
    'A trust policy names a user or role by ARN, not by its unique id: one that is deleted and made again is trusted again.',
  ],

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const { RoleName: roleName = '' } = input
    if (input.Path?.startsWith('/aws-service-role/')) throw errors.reservedPath(input.Path)
    if (tx.by('role', 'name', `${accountId}|${roleName.toLowerCase()}`).length > 0) throw errors.roleExists(roleName)
    if (tx.by('role', 'accountId', accountId).length >= quotas.rolesPerAccount) {
      throw errors.quotaExceeded('RolesPerAccount', quotas.rolesPerAccount)
    }
    const unbounded: Role = {
      roleId: newUniqueId(ctx, 'AROA'),
      roleName,
      path: input.Path ?? '/',
      accountId,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      assumeRolePolicyDocument: checkTrustPolicy(tx, input.AssumeRolePolicyDocument ?? ''),
      inlinePolicies: {},
      attachedPolicyArns: [],
      maxSessionDurationSeconds: input.MaxSessionDuration ?? defaultSessionDurationSeconds,
      createdAt: ctx.now.toISOString(),
      tags: parseTags(input.Tags, 'Role'),
    }
    const role =
      input.PermissionsBoundary === undefined ? unbounded : withBoundary(ctx, unbounded, input.PermissionsBoundary)
    tx.put('role', role)
    return { Role: describeRole(role) }
  },
}
