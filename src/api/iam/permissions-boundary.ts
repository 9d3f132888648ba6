import type { AttachedPermissionsBoundary, PermissionsBoundaryAttachmentType } from '@aws-sdk/client-iam'
import type { OperationContext } from '../operation.ts'
import { errors } from './errors.ts'
import { findPolicy } from './managed-policy.ts'

interface Bounded {
  readonly permissionsBoundaryArn?: string
}

/** What IAM answers (observed); the service model's enumeration says PermissionsBoundaryPolicy, which no answer has. */
const boundaryType: string = 'Policy'

export function describeBoundary({ permissionsBoundaryArn }: Bounded): {
  PermissionsBoundary?: AttachedPermissionsBoundary
} {
  if (permissionsBoundaryArn === undefined) return {}
  return {
    PermissionsBoundary: {
      PermissionsBoundaryType: boundaryType as PermissionsBoundaryAttachmentType,
      PermissionsBoundaryArn: permissionsBoundaryArn,
    },
  }
}

/** @throws NoSuchEntity, InvalidInput: the boundary must be a managed policy of the account or of AWS */
export function withBoundary<T extends Bounded>(
  ctx: Pick<OperationContext, 'tx' | 'accountId'>,
  holder: T,
  policyArn = '',
): T {
  if (!findPolicy(ctx, policyArn)) throw errors.policyNotAttachable(policyArn)
  return { ...holder, permissionsBoundaryArn: policyArn }
}

export function withoutBoundary<T extends Bounded>(holder: T): Omit<T, 'permissionsBoundaryArn'> {
  const { permissionsBoundaryArn: _, ...rest } = holder
  return rest
}
