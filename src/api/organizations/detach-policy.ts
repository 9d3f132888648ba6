import type { DetachPolicyRequest } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { putAttachments } from './attachment.ts'
import { errors } from './errors.ts'
import { managedOrganization } from './membership.ts'
import { attachedTo, findPolicy, findTarget, isInForce } from './service-control-policy.ts'

/**
 * Takes a policy away from the root, a unit or an account; the last one stays.
 * Source: Organizations API Reference, DetachPolicy.
 *
 * @throws PolicyNotFoundException, TargetNotFoundException, PolicyNotAttachedException,
 *         ConstraintViolationException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const detachPolicy: Operation<DetachPolicyRequest, object> = {
  action: 'organizations:DetachPolicy',
  kind: 'write',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { tx } = ctx
    const { policyId } = findPolicy(tx, input.PolicyId)
    const target = findTarget(tx, organization, input.TargetId)
    const attached = isInForce(tx) ? attachedTo(target) : []
    if (!attached.includes(policyId)) throw errors.policyNotAttached()
    if (attached.length === 1) throw errors.lastPolicy()
    putAttachments(
      tx,
      target,
      attached.filter((id) => id !== policyId),
    )
    return {}
  },
}
