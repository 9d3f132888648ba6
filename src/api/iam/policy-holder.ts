import type { AttachedPolicy } from '@aws-sdk/client-iam'
import type { PolicyHolder } from '../../resource/identity.ts'
import type { OperationContext } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors, type HolderName } from './errors.ts'
import { findPolicy, requirePolicy } from './managed-policy.ts'
import { page, pageEnd } from './pagination.ts'
import { checkIdentityPolicy, encodeDocument, policyLength } from './policy-document.ts'
import { quotas } from './quotas.ts'

/**
 * What users, groups and roles have in common: policies of their own, and attached ones. Each function is given the
 * holder and answers the holder as it is to be.
 */
type Reader = Pick<OperationContext, 'tx' | 'accountId'>

/** @throws MalformedPolicyDocument, LimitExceeded */
export function withInlinePolicy<H extends PolicyHolder>(
  holder: H,
  [kind, name]: readonly [HolderName, string],
  { PolicyName: policyName = '', PolicyDocument: document = '' }: { PolicyName?: string; PolicyDocument?: string },
): H {
  checkIdentityPolicy(document)
  const inlinePolicies = { ...holder.inlinePolicies, [policyName]: document }
  const limit = quotas.inlinePolicyCharacters[kind]
  const length = Object.values(inlinePolicies).reduce((sum, text) => sum + policyLength(text), 0)
  if (length > limit) throw errors.inlinePoliciesTooLong(kind, name, limit)
  return { ...holder, inlinePolicies }
}

/** @throws NoSuchEntity */
export function withoutInlinePolicy<H extends PolicyHolder>(holder: H, kind: HolderName, policyName = ''): H {
  inlinePolicy(holder, kind, policyName)
  const { [policyName]: _, ...inlinePolicies } = holder.inlinePolicies
  return { ...holder, inlinePolicies }
}

/** The document as answers hold it. @throws NoSuchEntity */
export function describeInlinePolicy(holder: PolicyHolder, kind: HolderName, policyName = '') {
  return { PolicyName: policyName, PolicyDocument: encodeDocument(inlinePolicy(holder, kind, policyName)) }
}

function inlinePolicy(holder: PolicyHolder, kind: HolderName, policyName: string): string {
  const document = Object.hasOwn(holder.inlinePolicies, policyName) ? holder.inlinePolicies[policyName] : undefined
  if (document === undefined) throw errors.inlinePolicyNotFound(kind, policyName)
  return document
}

interface PageRequest {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
  readonly PathPrefix?: string | undefined
}

export function listInlinePolicies(holder: PolicyHolder, input: PageRequest) {
  checkConstraints(input)
  const names = page(Object.keys(holder.inlinePolicies), (name) => name.toLowerCase(), input)
  return { PolicyNames: names.items, ...pageEnd(names) }
}

/**
 * Attaching what is attached already changes nothing, and is no error.
 *
 * @throws NoSuchEntity, LimitExceeded, PolicyNotAttachable
 */
export function withAttachedPolicy<H extends PolicyHolder>(ctx: Reader, holder: H, kind: HolderName, arn = ''): H {
  const policy = findPolicy(ctx, arn)
  if (!policy) throw errors.policyNotAttachable(arn)
  if (policy.path.startsWith('/aws-service-role/')) throw errors.notAttachableToService(arn)
  if (holder.attachedPolicyArns.includes(arn)) return holder
  const limit = quotas.managedPoliciesPerHolder
  if (holder.attachedPolicyArns.length >= limit) {
    throw errors.quotaExceeded(`PoliciesPer${kind[0]?.toUpperCase()}${kind.slice(1)}`, limit)
  }
  return { ...holder, attachedPolicyArns: [...holder.attachedPolicyArns, arn] }
}

/** @throws NoSuchEntity, InvalidInput */
export function withoutAttachedPolicy<H extends PolicyHolder>(ctx: Reader, holder: H, arn = ''): H {
  findPolicy(ctx, arn)
  if (!holder.attachedPolicyArns.includes(arn)) throw errors.policyNotFound(arn)
  return { ...holder, attachedPolicyArns: holder.attachedPolicyArns.filter((each) => each !== arn) }
}

export function describeAttachedPolicies(ctx: Reader, holder: PolicyHolder): AttachedPolicy[] {
  return holder.attachedPolicyArns.map((arn) => ({ PolicyName: requirePolicy(ctx, arn).policyName, PolicyArn: arn }))
}

export function listAttachedPolicies(ctx: Reader, holder: PolicyHolder, input: PageRequest) {
  checkConstraints(input)
  const policies = holder.attachedPolicyArns
    .map((arn) => requirePolicy(ctx, arn))
    .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
  const shown = page(policies, ({ policyName, policyArn }) => `${policyName.toLowerCase()}|${policyArn}`, input)
  return {
    AttachedPolicies: shown.items.map(({ policyName, policyArn }) => ({
      PolicyName: policyName,
      PolicyArn: policyArn,
    })),
    ...pageEnd(shown),
  }
}

/** @throws DeleteConflict while the holder has policies: IAM wants them gone first */
export function checkNoPolicies(holder: PolicyHolder): void {
  if (holder.attachedPolicyArns.length > 0) throw errors.mustDetachPolicies()
  if (Object.keys(holder.inlinePolicies).length > 0) throw errors.mustDeletePolicies()
}
