import type {
  ContextEntry,
  EvaluationResult,
  PolicyEvaluationDecisionType,
  PolicySourceType,
  SimulatePolicyResponse,
  Statement,
} from '@aws-sdk/client-iam'
import { locateStatements, PolicyError, type PolicyUse, parsePolicy } from '../../policy/document.ts'
import {
  type AppliedPolicies,
  type Decision,
  explain,
  type PolicyPrincipal,
  type StatementFound,
} from '../../policy/evaluate.ts'
import { conditionContext } from '../../policy/match.ts'
import type { PolicySource } from '../identity-policies.ts'
import { contextKeysOf } from './context-keys.ts'
import { errors } from './errors.ts'

/**
 * IAM's policy simulator: the evaluator that decides on requests, asked about requests that nobody sends.
 *
 * It knows the condition keys that the caller names and no others, so what depends on another key is reported as
 * missing. Each action with each resource is one result. They are numbered, and only those of the asked page are
 * evaluated: a thousand actions on a thousand resources cost one page.
 */
export interface Simulation {
  readonly principal: PolicyPrincipal
  readonly identity: readonly SimulatedPolicy[]
  readonly boundary?: SimulatedPolicy
  /** Root first, account last. */
  readonly serviceControl?: readonly (readonly SimulatedPolicy[])[]
  readonly resource?: SimulatedPolicy & { readonly ownerAccountId: string }
}

export interface SimulatedPolicy {
  readonly text: string
  /** `PolicyInputList.1`, or what the policy is called in the account. */
  readonly id: string
  /** Absent for a document of the request. */
  readonly type?: PolicySourceType
}

/** What both operations ask. */
export interface SimulationRequest {
  readonly ActionNames?: readonly string[] | undefined
  readonly ResourceArns?: readonly string[] | undefined
  readonly ContextEntries?: readonly ContextEntry[] | undefined
  readonly MaxItems?: number | undefined
  readonly Marker?: string | undefined
}

const defaultPageSize = 100

/** @throws InvalidInput */
export function simulate(simulation: Simulation, request: SimulationRequest): SimulatePolicyResponse {
  const actions = request.ActionNames ?? []
  for (const action of actions) {
    if (!/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(action)) throw errors.invalidActionName(action)
  }
  const resources = request.ResourceArns?.length ? request.ResourceArns : ['*']
  const start = parseMarker(request.Marker)
  const end = Math.min(actions.length * resources.length, start + Math.floor(request.MaxItems ?? defaultPageSize))

  const policies = parsed(simulation)
  const context = conditionContext(givenKeys(request.ContextEntries ?? []))
  const missing = missingKeys(simulation, context)
  const results: EvaluationResult[] = []
  for (let number = start; number < end; number += 1) {
    const action = actions[Math.floor(number / resources.length)] ?? ''
    const resource = resources[number % resources.length] ?? ''
    const { decision, matched, allowedBy } = explain(
      { principal: simulation.principal, action, resource, context },
      policies,
    )
    results.push({
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision: decisionName(decision),
      MatchedStatements: matched.map((found) => describeStatement(simulation, found)),
      MissingContextValues: missing,
      ...(allowedBy['service-control'] === undefined
        ? {}
        : { OrganizationsDecisionDetail: { AllowedByOrganizations: allowedBy['service-control'] } }),
      ...(allowedBy.boundary === undefined
        ? {}
        : { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: allowedBy.boundary } }),
    })
  }
  const isTruncated = end < actions.length * resources.length
  return {
    EvaluationResults: results,
    IsTruncated: isTruncated,
    ...(isTruncated && { Marker: Buffer.from(`from ${end}`).toString('base64url') }),
  }
}

/** Documents of the request, as policies. */
export function simulatedInputs(list: string, texts: readonly string[] | undefined): readonly SimulatedPolicy[] {
  return (texts ?? []).map((text, index) => ({ text, id: `${list}.${index + 1}` }))
}

/** A boundary of the request: there is one at most. @throws InvalidInput */
export function simulatedBoundary(texts: readonly string[] | undefined): SimulatedPolicy | undefined {
  const [boundary, ...more] = simulatedInputs('PermissionsBoundaryPolicyInputList', texts)
  if (more.length > 0) throw errors.invalidInput('Only one permissions boundary can be simulated.')
  return boundary
}

const sourceTypes: Readonly<Record<PolicySource['type'], PolicySourceType>> = {
  user: 'user',
  group: 'group',
  role: 'role',
  'aws-managed': 'aws-managed',
  'user-managed': 'user-managed',
  session: 'none',
  'service-control': 'none',
  root: 'none',
}

/** A policy of the account, as policies of the request are. */
export function simulatedStored({
  source,
  text,
}: {
  readonly source: PolicySource
  readonly text: string
}): SimulatedPolicy {
  return { text, id: source.id, type: sourceTypes[source.type] }
}

function parsed({ identity, boundary, serviceControl, resource }: Simulation): AppliedPolicies {
  return {
    identity: identity.map(({ text }) => parse(text, 'identity')),
    ...(boundary && { boundary: parse(boundary.text, 'identity') }),
    ...(serviceControl && {
      serviceControl: serviceControl.map((level) => level.map(({ text }) => parse(text, 'identity'))),
    }),
    ...(resource && {
      resource: {
        document: parse(resource.text, 'resource'),
        accountId: resource.ownerAccountId,
        isTrustPolicy: false,
      },
    }),
  }
}

/** @throws InvalidInput: the simulator has that code where writers of policies have MalformedPolicyDocument */
function parse(text: string, use: PolicyUse) {
  try {
    return parsePolicy(text, use)
  } catch (error) {
    if (error instanceof PolicyError) throw errors.invalidInput(`Invalid Entity Policy Document: ${error.message}`)
    throw error
  }
}

/** The text, if the simulator can use it. @throws InvalidInput */
export function checkSimulated(text: string): string {
  parse(text, 'identity')
  return text
}

function decisionName({ decision }: Decision): PolicyEvaluationDecisionType {
  if (decision === 'allow') return 'allowed'
  return decision === 'explicit-deny' ? 'explicitDeny' : 'implicitDeny'
}

function describeStatement(simulation: Simulation, { by, document, statement }: StatementFound): Statement {
  const { identity, boundary, serviceControl, resource } = simulation
  const of = { identity, boundary: [boundary], 'service-control': serviceControl?.flat() ?? [], resource: [resource] }
  const policy = by === 'session' ? undefined : of[by][document]
  if (!policy) return {}
  const span = locateStatements(policy.text)[statement.index]
  return {
    SourcePolicyId: policy.id,
    ...(policy.type === undefined ? {} : { SourcePolicyType: policy.type }),
    ...(span && {
      StartPosition: { Line: span.start.line, Column: span.start.column },
      EndPosition: { Line: span.end.line, Column: span.end.column },
    }),
  }
}

function givenKeys(entries: readonly ContextEntry[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(entries.map(({ ContextKeyName: key = '', ContextKeyValues: values = [] }) => [key, values]))
}

function missingKeys(simulation: Simulation, context: ReadonlyMap<string, unknown>): string[] {
  const { identity, boundary, serviceControl, resource } = simulation
  const policies = [...identity, ...(serviceControl?.flat() ?? []), ...[boundary, resource].filter((each) => each)]
  const keys = policies.flatMap((policy) => (policy ? contextKeysOf(policy.text) : []))
  return [...new Set(keys)].filter((key) => !context.has(key.toLowerCase()))
}

function parseMarker(marker: string | undefined): number {
  if (marker === undefined) return 0
  const match = /^from (\d{1,9})$/.exec(Buffer.from(marker, 'base64url').toString())
  if (!match) throw errors.invalidMarker()
  return Number(match[1])
}
