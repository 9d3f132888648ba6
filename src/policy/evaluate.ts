import { conditionHolds } from './condition.ts'
import type { Element, PolicyDocument, PrincipalPattern, Statement } from './document.ts'
import { type ConditionContext, compilePattern, matchAction, matchArn, type VariableScope } from './match.ts'

/**
 * The decision over everything that concerns one request.
 *
 * An explicit deny anywhere ends it. Then every kind of policy that limits must allow: service control policies (one
 * allow at every level), the permissions boundary, the session policies. Rights are given by identity policies and by
 * the resource's own policy: within one account either is enough, between accounts both are needed. A trust policy is a
 * resource policy without which nothing is allowed.
 * Source: IAM User Guide, "Policy evaluation logic", both the single-account and the cross-account page.
 */

export interface PolicyPrincipal {
  readonly accountId: string
  /** As GetCallerIdentity shows it. */
  readonly arn: string
  /** Sessions of a role: the role's ARN. */
  readonly roleArn?: string
}

export interface PolicyRequest {
  readonly principal: PolicyPrincipal
  /** `ec2:DeleteVpc`. */
  readonly action: string
  /**
   * An ARN; `*` for an action that has no resources; undefined when the caller cannot tell which resources are meant.
   * Then the answer errs on the safe side: an Allow counts only if it is for every resource, a Deny whatever it is for.
   */
  readonly resource: string | undefined
  readonly context: ConditionContext
}

export interface AppliedPolicies {
  readonly identity: readonly PolicyDocument[]
  /** Absent when the session was given none; the union of those present limits it. */
  readonly session?: readonly PolicyDocument[]
  readonly boundary?: PolicyDocument
  /** Root first, account last; each level holds the policies attached there. */
  readonly serviceControl?: readonly (readonly PolicyDocument[])[]
  readonly resource?: {
    readonly document: PolicyDocument
    /** Who owns the resource. */
    readonly accountId: string
    /** A role's trust policy: its silence is a refusal even within the account. */
    readonly isTrustPolicy: boolean
  }
}

export type PolicyKind = 'identity' | 'session' | 'boundary' | 'service-control' | 'resource'

export type Decision =
  | { readonly decision: 'allow' | 'explicit-deny'; readonly by: PolicyKind; readonly statement: Statement }
  /** `by` is the kind of policy in which an allow was missing. */
  | { readonly decision: 'implicit-deny'; readonly by: PolicyKind }

export function evaluate(request: PolicyRequest, policies: AppliedPolicies): Decision {
  const { identity, session, boundary, serviceControl, resource } = policies

  const everything: readonly [PolicyKind, readonly PolicyDocument[]][] = [
    ['service-control', serviceControl?.flat() ?? []],
    ['resource', resource ? [resource.document] : []],
    ['identity', identity],
    ['boundary', boundary ? [boundary] : []],
    ['session', session ?? []],
  ]
  for (const [by, documents] of everything) {
    const statement = findStatement(documents, request, 'Deny')
    if (statement) return { decision: 'explicit-deny', by, statement }
  }

  for (const level of serviceControl ?? []) {
    if (!findStatement(level, request, 'Allow')) return { decision: 'implicit-deny', by: 'service-control' }
  }

  const grant = resource && findGrant(resource.document, request)
  if (resource && !grant && (resource.isTrustPolicy || resource.accountId !== request.principal.accountId)) {
    return { decision: 'implicit-deny', by: 'resource' }
  }
  const isOwn = resource?.accountId === request.principal.accountId
  if (grant && isOwn && grant.to === 'principal')
    return { decision: 'allow', by: 'resource', statement: grant.statement }

  const allowed = findStatement(identity, request, 'Allow')
  if (!allowed && !(grant && isOwn && grant.to === 'role')) return { decision: 'implicit-deny', by: 'identity' }
  if (boundary && !findStatement([boundary], request, 'Allow')) return { decision: 'implicit-deny', by: 'boundary' }
  if (session && !findStatement(session, request, 'Allow')) return { decision: 'implicit-deny', by: 'session' }
  if (allowed) return { decision: 'allow', by: 'identity', statement: allowed }
  return grant
    ? { decision: 'allow', by: 'resource', statement: grant.statement }
    : { decision: 'implicit-deny', by: 'identity' }
}

/**
 * To whom a resource policy gives the right, most particular first. What names the user or the session itself is
 * subject to nothing but denies and service control policies; what names the role (or everybody) stays within boundary
 * and session policies; what names the account leaves the choice to the account's identity policies.
 */
type GrantedTo = 'principal' | 'role' | 'account'

function findGrant(
  document: PolicyDocument,
  request: PolicyRequest,
): { readonly to: GrantedTo; readonly statement: Statement } | undefined {
  const grants = document.statements
    .filter((statement) => statement.effect === 'Allow' && applies(statement, document, request))
    .flatMap((statement) =>
      (statement.principal?.values ?? []).flatMap((pattern) => {
        const to = matchPrincipal(pattern, request.principal)
        return to ? [{ to, statement }] : []
      }),
    )
  return (['principal', 'role', 'account'] as const)
    .map((to) => grants.find((grant) => grant.to === to))
    .find((grant) => grant !== undefined)
}

function matchPrincipal(pattern: PrincipalPattern, principal: PolicyPrincipal): GrantedTo | undefined {
  if (pattern.type !== 'AWS') return undefined
  if (pattern.value === '*' || pattern.value === principal.roleArn) return 'role'
  if (pattern.value === principal.accountId || pattern.value === `arn:aws:iam::${principal.accountId}:root`)
    return 'account'
  return pattern.value === principal.arn ? 'principal' : undefined
}

function findStatement(
  documents: readonly PolicyDocument[],
  request: PolicyRequest,
  effect: 'Allow' | 'Deny',
): Statement | undefined {
  for (const document of documents) {
    const found = document.statements.find(
      (statement) => statement.effect === effect && applies(statement, document, request),
    )
    if (found) return found
  }
  return undefined
}

function applies(statement: Statement, document: PolicyDocument, request: PolicyRequest): boolean {
  const scope = document.version === '2012-10-17' ? request.context : undefined
  return (
    principalApplies(statement.principal, request.principal) &&
    statement.action.values.some((pattern) => matchAction(pattern, request.action)) !== statement.action.negated &&
    resourceApplies(statement.resource, request.resource, scope, statement.effect) &&
    statement.conditions.every((condition) => conditionHolds(condition, request.context, scope, statement.effect))
  )
}

function principalApplies(element: Element<PrincipalPattern> | undefined, principal: PolicyPrincipal): boolean {
  if (!element) return true
  return element.values.some((pattern) => matchPrincipal(pattern, principal) !== undefined) !== element.negated
}

function resourceApplies(
  element: Element<string> | undefined,
  resource: string | undefined,
  scope: VariableScope,
  effect: 'Allow' | 'Deny',
): boolean {
  if (!element) return true
  if (resource === undefined) {
    return effect === 'Deny' || (!element.negated && element.values.includes('*'))
  }
  let unresolved = false
  const matches = element.values.some((value) => {
    const pattern = compilePattern(value, scope)
    if (!pattern) unresolved = true
    return pattern !== undefined && matchArn(pattern, resource, true)
  })
  if (!element.negated) return matches
  // NotResource with a variable that has no value: what is excepted is unknown, so it allows nothing.
  return !matches && !(unresolved && effect === 'Allow')
}
