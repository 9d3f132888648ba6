import { type Condition, conditionHolds } from './condition.ts'
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

/** In the order in which a refusal names them when several say no. */
export const policyKinds = ['service-control', 'resource', 'identity', 'boundary', 'session'] as const
export type PolicyKind = (typeof policyKinds)[number]

export type Decision =
  | { readonly decision: 'allow' | 'explicit-deny'; readonly by: PolicyKind; readonly statement: Statement }
  /** `by` is the kind of policy in which an allow was missing. */
  | { readonly decision: 'implicit-deny'; readonly by: PolicyKind }

export function evaluate(request: PolicyRequest, policies: AppliedPolicies): Decision {
  const { identity, session, boundary, serviceControl, resource } = policies

  for (const by of policyKinds) {
    const statement = findStatement(documentsOf(policies, by), request, 'Deny')
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

const none: readonly PolicyDocument[] = []

/** The documents of one kind, in order; the levels of service control one after the other. */
function documentsOf(policies: AppliedPolicies, kind: PolicyKind): readonly PolicyDocument[] {
  switch (kind) {
    case 'service-control':
      return policies.serviceControl?.flat() ?? none
    case 'resource':
      return policies.resource ? [policies.resource.document] : none
    case 'identity':
      return policies.identity
    case 'boundary':
      return policies.boundary ? [policies.boundary] : none
    case 'session':
      return policies.session ?? none
  }
}

/** A statement that had to do with the decision. */
export interface StatementFound {
  readonly by: PolicyKind
  /** Its document's place among those of that kind, from 0; the levels of service control count through. */
  readonly document: number
  readonly statement: Statement
}

/** The decision, and why. Costs a multiple of `evaluate`: for refusals and simulations. */
export interface Explanation {
  readonly decision: Decision
  /** What decided: every statement that denies, else every statement that allows. */
  readonly matched: readonly StatementFound[]
  /** Allow statements that are about the action and do not apply, and for which of their elements. */
  readonly missed: readonly (StatementFound & { readonly for: Exclude<Mismatch, 'action'> })[]
  /** Whether each kind that is present allows by itself. Identity is always present. */
  readonly allowedBy: Readonly<Partial<Record<PolicyKind, boolean>>>
}

export function explain(request: PolicyRequest, policies: AppliedPolicies): Explanation {
  const all = policyKinds.flatMap((by) =>
    documentsOf(policies, by).flatMap((policy, document) =>
      policy.statements.map((statement) => ({
        found: { by, document, statement },
        reason: mismatch(statement, policy, request),
      })),
    ),
  )
  const holding = all.filter(({ reason }) => reason === undefined).map(({ found }) => found)
  const denying = holding.filter(({ statement }) => statement.effect === 'Deny')
  const allowing = holding.filter(({ statement }) => statement.effect === 'Allow')
  const allows = (documents: readonly PolicyDocument[]) =>
    !findStatement(documents, request, 'Deny') && findStatement(documents, request, 'Allow') !== undefined
  const { identity, session, boundary, serviceControl, resource } = policies
  return {
    decision: evaluate(request, policies),
    matched: denying.length > 0 ? denying : allowing,
    missed: all.flatMap(({ found, reason }) =>
      found.statement.effect === 'Deny' || reason === undefined || reason === 'action'
        ? []
        : [{ ...found, for: reason }],
    ),
    allowedBy: {
      identity: allows(identity),
      ...(session && { session: allows(session) }),
      ...(boundary && { boundary: allows([boundary]) }),
      ...(serviceControl && { 'service-control': serviceControl.every(allows) }),
      ...(resource && { resource: allows([resource.document]) }),
    },
  }
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
  return mismatch(statement, document, request) === undefined
}

/** The first element of a statement that keeps it from applying; undefined when it applies. */
export type Mismatch = 'principal' | 'action' | 'resource' | Condition

function mismatch(statement: Statement, document: PolicyDocument, request: PolicyRequest): Mismatch | undefined {
  // The action first: it is the cheapest, and what most statements differ in.
  if (statement.action.values.some((pattern) => matchAction(pattern, request.action)) === statement.action.negated) {
    return 'action'
  }
  if (!principalApplies(statement.principal, request.principal)) return 'principal'
  const scope = document.version === '2012-10-17' ? request.context : undefined
  if (!resourceApplies(statement.resource, request.resource, scope, statement.effect)) return 'resource'
  return statement.conditions.find((condition) => !conditionHolds(condition, request.context, scope, statement.effect))
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
