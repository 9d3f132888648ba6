import type { GetPolicyRequest, GetPolicyResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { describePolicy, requirePolicy } from './managed-policy.ts'

/**
 * A managed policy, of the account or of AWS, without its document: GetPolicyVersion has it.
 * Source: IAM API Reference, GetPolicy.
 *
 * @throws NoSuchEntity, InvalidInput
 */
export const getPolicy: Operation<GetPolicyRequest, GetPolicyResponse> = {
  action: 'iam:GetPolicy',
  kind: 'read',
  missing: ["Of AWS's managed policies those are here that concern the services served."],

  handle(input, ctx) {
    checkConstraints(input)
    return { Policy: describePolicy(ctx, requirePolicy(ctx, input.PolicyArn)) }
  },
}
