import type { ListTargetsForPolicyRequest, ListTargetsForPolicyResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { describeAccountValue, managedOrganization } from './membership.ts'
import { unitArn } from './organizational-unit.ts'
import { page } from './pagination.ts'
import { allTargets, attachedTo, findPolicy, isInForce, targetIdOf } from './service-control-policy.ts'

/**
 * What a policy is attached to.
 * Source: Organizations API Reference, ListTargetsForPolicy.
 *
 * @throws PolicyNotFoundException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const listTargetsForPolicy: Operation<ListTargetsForPolicyRequest, ListTargetsForPolicyResponse> = {
  action: 'organizations:ListTargetsForPolicy',
  kind: 'read',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { tx } = ctx
    const { policyId } = findPolicy(tx, input.PolicyId)
    const targets = isInForce(tx)
      ? allTargets(tx, organization).filter((target) => attachedTo(target).includes(policyId))
      : []
    const { items, ...end } = page(targets, targetIdOf, input)
    return {
      Targets: items.map((target) => ({
        TargetId: targetIdOf(target),
        Arn:
          target.type === 'ACCOUNT'
            ? describeAccountValue(tx, organization, target.value).Arn
            : unitArn(organization, target.value.organizationalUnitId),
        Name: target.value.name,
        Type: target.type,
      })),
      ...end,
    }
  },
}
