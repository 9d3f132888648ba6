import type { DeletePolicyRequest } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { managedOrganization } from './membership.ts'
import { allTargets, attachedTo, findOwnPolicy } from './service-control-policy.ts'

/**
 * Removes a policy that is attached to nothing.
 * Source: Organizations API Reference, DeletePolicy.
 *
 * @throws PolicyNotFoundException, PolicyInUseException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const deletePolicy: Operation<DeletePolicyRequest, object> = {
  action: 'organizations:DeletePolicy',
  kind: 'write',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { policyId } = findOwnPolicy(ctx.tx, input.PolicyId)
    if (allTargets(ctx.tx, organization).some((target) => attachedTo(target).includes(policyId)))
      throw errors.policyInUse()
    ctx.tx.delete('service-control-policy', policyId)
    return {}
  },
}
