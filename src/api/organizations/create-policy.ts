import type { CreatePolicyRequest, CreatePolicyResponse } from '@aws-sdk/client-organizations'
import type { ServiceControlPolicy } from '../../resource/organizational-unit.ts'
import type { Operation } from '../operation.ts'
import { managedOrganization } from './membership.ts'
import { idAlphabet } from './organizational-unit.ts'
import {
  checkDescription,
  checkDocument,
  checkPolicyName,
  checkPolicyType,
  describePolicySummary,
} from './service-control-policy.ts'
import { parseTags } from './tags.ts'

/**
 * A service control policy, attached to nothing yet.
 * Source: Organizations API Reference, CreatePolicy.
 *
 * @throws DuplicatePolicyException, MalformedPolicyDocumentException, ConstraintViolationException,
 *         PolicyTypeNotAvailableForOrganizationException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const createPolicy: Operation<CreatePolicyRequest, CreatePolicyResponse> = {
  action: 'organizations:CreatePolicy',
  kind: 'write',
  missing: ['Types: SERVICE_CONTROL_POLICY only.'],

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { tx } = ctx
    checkPolicyType(organization, input.Type)
    const policy: ServiceControlPolicy = {
      policyId: `p-${ctx.randomText(8, idAlphabet)}`,
      name: checkPolicyName(tx, input.Name),
      description: checkDescription(input.Description),
      document: checkDocument(input.Content),
      tags: parseTags(input.Tags),
    }
    tx.put('service-control-policy', policy)
    return { Policy: { PolicySummary: describePolicySummary(organization, policy), Content: policy.document } }
  },
}
