import type { AttachPolicyRequest } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { putAttachments } from './attachment.ts'
import { errors } from './errors.ts'
import { managedOrganization } from './membership.ts'
import { attachedTo, findPolicy, findTarget, isInForce, maxPoliciesPerTarget } from './service-control-policy.ts'

/**
 * Attaches a policy to the root, a unit or an account; it binds from the next request on.
 * Source: Organizations API Reference, AttachPolicy.
 *
 * @throws PolicyNotFoundException, TargetNotFoundException, PolicyTypeNotEnabledException,
 *         DuplicatePolicyAttachmentException, ConstraintViolationException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const attachPolicy: Operation<AttachPolicyRequest, object> = {
  action: 'organizations:AttachPolicy',
  kind: 'write',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { tx } = ctx
    const { policyId } = findPolicy(tx, input.PolicyId)
    const target = findTarget(tx, organization, input.TargetId)
    if (!isInForce(tx)) throw errors.policyTypeNotEnabled()
    const attached = attachedTo(target)
    if (attached.includes(policyId)) throw errors.duplicatePolicyAttachment()
    if (attached.length >= maxPoliciesPerTarget) throw errors.tooManyPolicies()
    putAttachments(tx, target, [...attached, policyId])
    return {}
  },
}
