import type { DeletePolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { requireOwnPolicy, usageOf } from './managed-policy.ts'

/**
 * Removes a managed policy that nobody has and that has no version but the one in force.
 * Source: IAM API Reference, DeletePolicy.
 *
 * @throws NoSuchEntity, DeleteConflict, InvalidInput, AccessDenied
 */
export const deletePolicy: Operation<DeletePolicyRequest, object> = {
  action: 'iam:DeletePolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const policy = requireOwnPolicy(ctx, input.PolicyArn)
    const { attached, boundaries } = usageOf(ctx, policy.policyArn)
    if (attached + boundaries > 0) throw errors.policyAttached()
    if (policy.versions.length > 1) throw errors.policyHasVersions()
    ctx.tx.delete('managed-policy', policy.policyArn)
    return {}
  },
}
