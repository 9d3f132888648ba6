import type { DescribePolicyRequest, DescribePolicyResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { managedOrganization } from './membership.ts'
import { describePolicySummary, findPolicy } from './service-control-policy.ts'

/**
 * A policy with its document.
 * Source: Organizations API Reference, DescribePolicy.
 *
 * @throws PolicyNotFoundException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const describePolicy: Operation<DescribePolicyRequest, DescribePolicyResponse> = {
  action: 'organizations:DescribePolicy',
  kind: 'read',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const policy = findPolicy(ctx.tx, input.PolicyId)
    return { Policy: { PolicySummary: describePolicySummary(organization, policy), Content: policy.document } }
  },
}
