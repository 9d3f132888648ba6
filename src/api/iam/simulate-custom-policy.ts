import type { SimulateCustomPolicyRequest, SimulatePolicyResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { simulatedCaller, simulatedResource } from './simulated-resource.ts'
import { simulate, simulatedBoundary, simulatedInputs } from './simulation.ts'

/**
 * What the policies of the request would decide. Nothing of the account has a say.
 * Source: IAM API Reference, SimulateCustomPolicy.
 *
 * @throws InvalidInput, ValidationError
 */
export const simulateCustomPolicy: Operation<SimulateCustomPolicyRequest, SimulatePolicyResponse> = {
  action: 'iam:SimulateCustomPolicy',
  kind: 'read',
  missing: [
    'Each action with each resource is a result of its own; ResourceSpecificResults and EvalDecisionDetails are absent.',
    'ResourceHandlingOption changes nothing: one resource is simulated at a time.',
  ],

  handle(input, ctx) {
    checkConstraints(input)
    const boundary = simulatedBoundary(input.PermissionsBoundaryPolicyInputList)
    const principal = simulatedCaller(input.CallerArn) ?? ctx.principal
    const resource = simulatedResource(input, principal)
    const levels = input.OrderedOrganizationPolicyInputList?.map(({ ServiceControlPolicyInputList: texts }, depth) =>
      simulatedInputs(`OrderedOrganizationPolicyInputList.${depth + 1}`, texts),
    )
    return simulate(
      {
        principal,
        identity: simulatedInputs('PolicyInputList', input.PolicyInputList),
        ...(boundary && { boundary }),
        ...(levels?.length ? { serviceControl: levels } : {}),
        ...(resource && { resource }),
      },
      input,
    )
  },
}
