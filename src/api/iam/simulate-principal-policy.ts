import type { SimulatePolicyResponse, SimulatePrincipalPolicyRequest } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { simulationOf } from './policy-source.ts'
import { simulatedCaller, simulatedResource } from './simulated-resource.ts'
import { simulate, simulatedBoundary, simulatedInputs } from './simulation.ts'

/**
 * What the policies of a user, group or role would decide, with those of the request added to them.
 * Source: IAM API Reference, SimulatePrincipalPolicy.
 *
 * @throws NoSuchEntity, InvalidInput, ValidationError
 */
export const simulatePrincipalPolicy: Operation<SimulatePrincipalPolicyRequest, SimulatePolicyResponse> = {
  action: 'iam:SimulatePrincipalPolicy',
  kind: 'read',
  missing: [
    'PolicyExclusionList is refused with InvalidInput.',
    'Each action with each resource is a result of its own; ResourceSpecificResults and EvalDecisionDetails are absent.',
    'ResourceHandlingOption changes nothing: one resource is simulated at a time.',
  ],

  handle(input, ctx) {
    checkConstraints(input)
    if (input.PolicyExclusionList?.length) throw errors.invalidInput('PolicyExclusionList is not served. Leave it out.')
    const source = simulationOf(ctx, input.PolicySourceArn)
    const boundary = simulatedBoundary(input.PermissionsBoundaryPolicyInputList) ?? source.boundary
    const principal = simulatedCaller(input.CallerArn) ?? source.principal
    const resource = simulatedResource(input, principal)
    return simulate(
      {
        ...source,
        principal,
        identity: [...source.identity, ...simulatedInputs('PolicyInputList', input.PolicyInputList)],
        ...(boundary && { boundary }),
        ...(resource && { resource }),
      },
      input,
    )
  },
}
