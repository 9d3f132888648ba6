import type { UpdatePolicyRequest, UpdatePolicyResponse } from '@aws-sdk/client-organizations'
import type { ServiceControlPolicy } from '../../resource/organizational-unit.ts'
import type { Operation } from '../operation.ts'
import { managedOrganization } from './membership.ts'
import {
  checkDescription,
  checkDocument,
  checkPolicyName,
  describePolicySummary,
  findOwnPolicy,
} from './service-control-policy.ts'

/**
 * Changes name, description or document; the next request that it binds sees the change.
 * Source: Organizations API Reference, UpdatePolicy.
 *
 * @throws PolicyNotFoundException, DuplicatePolicyException, MalformedPolicyDocumentException,
 *         ConstraintViolationException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const updatePolicy: Operation<UpdatePolicyRequest, UpdatePolicyResponse> = {
  action: 'organizations:UpdatePolicy',
  kind: 'write',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { tx } = ctx
    const old = findOwnPolicy(tx, input.PolicyId)
    const policy: ServiceControlPolicy = {
      ...old,
      ...(input.Name === undefined ? {} : { name: checkPolicyName(tx, input.Name, old.policyId) }),
      ...(input.Description === undefined ? {} : { description: checkDescription(input.Description) }),
      ...(input.Content === undefined ? {} : { document: checkDocument(input.Content) }),
    }
    tx.put('service-control-policy', policy)
    return { Policy: { PolicySummary: describePolicySummary(organization, policy), Content: policy.document } }
  },
}
