import type { PolicyPrincipal } from '../../policy/evaluate.ts'
import { type Holder, policiesOfGroup, policiesOfHolder } from '../identity-policies.ts'
import type { OperationContext } from '../operation.ts'
import { serviceControlDocumentsOf } from '../organizations/organization-tree.ts'
import { errors } from './errors.ts'
import { findGroup } from './group.ts'
import { isAwsManaged, requirePolicy } from './managed-policy.ts'
import { policyVersion } from './policy-version.ts'
import { findRole } from './role.ts'
import { type SimulatedPolicy, type Simulation, simulatedStored } from './simulation.ts'
import { findUser } from './user.ts'

type Reader = Pick<OperationContext, 'tx' | 'accountId'>

/**
 * What a `PolicySourceArn` brings into a simulation: the policies of a user (with its groups'), a group or a role of the
 * caller's account, the boundary, and the service control policies of the account.
 *
 * @throws NoSuchEntity, InvalidInput
 */
export function simulationOf(ctx: Reader, sourceArn = ''): Simulation {
  const match = /^arn:aws:iam::(\d{12}):(user|group|role)\/(?:[!-~]*\/)?([\w+=,.@-]{1,128})$/.exec(sourceArn)
  const [, accountId, type, name] = match ?? []
  if (accountId !== ctx.accountId) throw errors.invalidArn(sourceArn)
  const principal: PolicyPrincipal = { accountId, arn: sourceArn, ...(type === 'role' ? { roleArn: sourceArn } : {}) }
  const serviceControl = serviceControlDocumentsOf(ctx.tx, accountId)?.map((level, depth) =>
    level.map((text, index): SimulatedPolicy => ({ text, id: `ServiceControlPolicy.${depth + 1}.${index + 1}` })),
  )
  const shared = { principal, ...(serviceControl && { serviceControl }) }
  if (type === 'group') {
    return { ...shared, identity: policiesOfGroup(ctx.tx, findGroup(ctx, name)).map(simulatedStored) }
  }
  const holder: Holder =
    type === 'user' ? { type: 'user', holder: findUser(ctx, name) } : { type: 'role', holder: findRole(ctx, name) }
  const { permissionsBoundaryArn } = holder.holder
  return {
    ...shared,
    identity: policiesOfHolder(ctx.tx, holder).map(simulatedStored),
    ...(permissionsBoundaryArn === undefined ? {} : { boundary: storedBoundary(ctx, permissionsBoundaryArn) }),
  }
}

function storedBoundary(ctx: Reader, policyArn: string): SimulatedPolicy {
  const policy = requirePolicy(ctx, policyArn)
  return {
    text: policyVersion(policy, policy.defaultVersionId).document,
    id: policyArn,
    type: isAwsManaged(policy) ? 'aws-managed' : 'user-managed',
  }
}
