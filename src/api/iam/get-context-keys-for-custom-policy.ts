import type { GetContextKeysForCustomPolicyRequest, GetContextKeysForPolicyResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { contextKeysOf } from './context-keys.ts'
import { checkSimulated } from './simulation.ts'

/**
 * The condition keys that policies of the request ask for.
 * Source: IAM API Reference, GetContextKeysForCustomPolicy.
 *
 * @throws InvalidInput
 */
export const getContextKeysForCustomPolicy: Operation<
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse
> = {
  action: 'iam:GetContextKeysForCustomPolicy',
  kind: 'read',

  handle(input) {
    const policies = input.PolicyInputList ?? []
    return { ContextKeyNames: [...new Set(policies.flatMap((text) => contextKeysOf(checkSimulated(text))))] }
  },
}
