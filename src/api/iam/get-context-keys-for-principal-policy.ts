import type { GetContextKeysForPolicyResponse, GetContextKeysForPrincipalPolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { contextKeysOf } from './context-keys.ts'
import { simulationOf } from './policy-source.ts'
import { checkSimulated } from './simulation.ts'

/**
 * The condition keys that the policies of a user, group or role ask for, and those of the request.
 * Source: IAM API Reference, GetContextKeysForPrincipalPolicy.
 *
 * @throws NoSuchEntity, InvalidInput, ValidationError
 */
export const getContextKeysForPrincipalPolicy: Operation<
  GetContextKeysForPrincipalPolicyRequest,
  GetContextKeysForPolicyResponse
> = {
  action: 'iam:GetContextKeysForPrincipalPolicy',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const { identity, boundary } = simulationOf(ctx, input.PolicySourceArn)
    const stored = [...identity, ...(boundary ? [boundary] : [])].map(({ text }) => text)
    const policies = [...stored, ...(input.PolicyInputList ?? []).map(checkSimulated)]
    return { ContextKeyNames: [...new Set(policies.flatMap((text) => contextKeysOf(text)))] }
  },
}
