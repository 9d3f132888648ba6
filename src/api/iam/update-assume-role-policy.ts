import type { UpdateAssumeRolePolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { checkTrustPolicy } from './policy-document.ts'
import { findOwnRole } from './role.ts'

/**
 * Replaces the trust policy. Sessions that exist go on.
 * Source: IAM API Reference, UpdateAssumeRolePolicy.
 *
 * @throws NoSuchEntity, MalformedPolicyDocument, UnmodifiableEntity, LimitExceeded
 */
export const updateAssumeRolePolicy: Operation<UpdateAssumeRolePolicyRequest, object> = {
  action: 'iam:UpdateAssumeRolePolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const role = findOwnRole(ctx, input.RoleName)
    ctx.tx.put('role', { ...role, assumeRolePolicyDocument: checkTrustPolicy(ctx.tx, input.PolicyDocument ?? '') })
    return {}
  },
}
