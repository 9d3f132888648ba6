import type { ListPoliciesRequest, ListPoliciesResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { fullAwsAccess } from './full-aws-access.ts'
import { managedOrganization } from './membership.ts'
import { page } from './pagination.ts'
import { checkPolicyType, describePolicySummary } from './service-control-policy.ts'

/**
 * The policies of one type, AWS's first.
 * Source: Organizations API Reference, ListPolicies.
 *
 * @throws PolicyTypeNotAvailableForOrganizationException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const listPolicies: Operation<ListPoliciesRequest, ListPoliciesResponse> = {
  action: 'organizations:ListPolicies',
  kind: 'read',
  missing: ['Types: SERVICE_CONTROL_POLICY only.'],

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    checkPolicyType(organization, input.Filter)
    const policies = [fullAwsAccess, ...ctx.tx.all('service-control-policy')]
    const { items, ...end } = page(policies, ({ policyId }) => policyId, input)
    return { Policies: items.map((policy) => describePolicySummary(organization, policy)), ...end }
  },
}
