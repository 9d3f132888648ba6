import type { ListPoliciesRequest, ListPoliciesResponse } from '@aws-sdk/client-iam'
import type { ManagedPolicy } from '../../resource/identity.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { allAwsPolicies, describeListedPolicy, usageOf } from './managed-policy.ts'
import { page, pageEnd } from './pagination.ts'

/**
 * The managed policies of the account and of AWS, by name.
 * Source: IAM API Reference, ListPolicies.
 *
 * @throws ValidationError
 */
export const listPolicies: Operation<ListPoliciesRequest, ListPoliciesResponse> = {
  action: 'iam:ListPolicies',
  kind: 'read',
  missing: ["Of AWS's managed policies those are here that concern the services served."],

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const scope = input.Scope ?? 'All'
    const policies = [
      ...(scope === 'AWS' ? [] : tx.by('managed-policy', 'accountId', accountId)),
      ...(scope === 'Local' ? [] : allAwsPolicies()),
    ].filter((policy) => policy.path.startsWith(input.PathPrefix ?? '/') && isWanted(ctx, policy, input))
    const shown = page(policies, ({ policyName, policyArn }) => `${policyName.toLowerCase()}|${policyArn}`, input)
    return { Policies: shown.items.map((policy) => describeListedPolicy(ctx, policy)), ...pageEnd(shown) }
  },
}

function isWanted(ctx: OperationContext, { policyArn }: ManagedPolicy, input: ListPoliciesRequest): boolean {
  const { attached, boundaries } = usageOf(ctx, policyArn)
  if (input.OnlyAttached && attached === 0) return false
  if (input.PolicyUsageFilter === 'PermissionsPolicy') return attached > 0
  return input.PolicyUsageFilter === 'PermissionsBoundary' ? boundaries > 0 : true
}
