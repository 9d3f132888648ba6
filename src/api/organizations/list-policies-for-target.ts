import type { ListPoliciesForTargetRequest, ListPoliciesForTargetResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { managedOrganization } from './membership.ts'
import { page } from './pagination.ts'
import {
  attachedTo,
  checkPolicyType,
  describePolicySummary,
  findPolicy,
  findTarget,
  isInForce,
} from './service-control-policy.ts'

/**
 * The policies that are attached to the root, a unit or an account itself, not those it inherits.
 * Source: Organizations API Reference, ListPoliciesForTarget.
 *
 * @throws TargetNotFoundException, PolicyTypeNotAvailableForOrganizationException,
 *         InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const listPoliciesForTarget: Operation<ListPoliciesForTargetRequest, ListPoliciesForTargetResponse> = {
  action: 'organizations:ListPoliciesForTarget',
  kind: 'read',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { tx } = ctx
    checkPolicyType(organization, input.Filter)
    const target = findTarget(tx, organization, input.TargetId)
    const policies = (isInForce(tx) ? attachedTo(target) : []).map((id) => findPolicy(tx, id))
    const { items, ...end } = page(policies, ({ policyId }) => policyId, input)
    return { Policies: items.map((policy) => describePolicySummary(organization, policy)), ...end }
  },
}
