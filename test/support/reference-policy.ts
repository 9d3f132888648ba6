/**
 * A slow and plain reading of the IAM User Guide, to hold src/policy against.
 *
 * It works on the JSON values themselves, turns every pattern into a regular expression, and knows the operators that
 * the generator uses. Nothing is shared with the code under test.
 */

type Json = string | readonly Json[] | { readonly [key: string]: Json }
export type StatementJson = { readonly [element: string]: Json }
export interface PolicyJson {
  readonly Version?: string
  readonly Statement: readonly StatementJson[]
}
export type Context = Readonly<Record<string, readonly string[]>>

export interface ReferenceRequest {
  readonly principal: { readonly accountId: string; readonly arn: string; readonly roleArn?: string }
  readonly action: string
  readonly resource: string | undefined
  readonly context: Context
}

export interface ReferencePolicies {
  readonly identity: readonly PolicyJson[]
  readonly session: readonly PolicyJson[] | undefined
  readonly boundary: PolicyJson | undefined
  readonly serviceControl: readonly (readonly PolicyJson[])[] | undefined
  readonly resource:
    | { readonly document: PolicyJson; readonly accountId: string; readonly isTrustPolicy: boolean }
    | undefined
}

export function referenceDecision(request: ReferenceRequest, policies: ReferencePolicies): string {
  const { identity, session, boundary, serviceControl = [], resource } = policies
  const all = [...identity, ...(session ?? []), ...serviceControl.flat()]
  if (boundary) all.push(boundary)
  if (resource) all.push(resource.document)
  if (all.some((policy) => says(policy, 'Deny', request))) return 'explicit-deny'

  const allows = (documents: readonly PolicyJson[]) => documents.some((policy) => says(policy, 'Allow', request))
  const limits = { session: !session || allows(session), boundary: !boundary || allows([boundary]) }
  if (!serviceControl.every(allows)) return 'implicit-deny'
  const byIdentity = allows(identity) && limits.session && limits.boundary
  if (!resource) return byIdentity ? 'allow' : 'implicit-deny'

  const { principal } = request
  const root = [principal.accountId, `arn:aws:iam::${principal.accountId}:root`]
  const grantedTo = (names: readonly (string | undefined)[]) => {
    const statements = resource.document.Statement.filter((statement) => {
      const aws = list(awsPrincipals(statement.Principal))
      return statement.Effect === 'Allow' && aws.some((name) => names.includes(name))
    })
    return says({ ...resource.document, Statement: statements }, 'Allow', request)
  }
  const isSame = resource.accountId === principal.accountId
  const toRoot = principal.arn.endsWith(':root')
  if (isSame && !toRoot && grantedTo([principal.arn])) return 'allow'
  if (isSame && grantedTo(['*', principal.roleArn].filter((name) => name !== undefined))) {
    return limits.session && limits.boundary ? 'allow' : 'implicit-deny'
  }
  const anyGrant = grantedTo(['*', principal.arn, principal.roleArn, ...root].filter((name) => name !== undefined))
  if (isSame && !resource.isTrustPolicy) return byIdentity ? 'allow' : 'implicit-deny'
  return anyGrant && byIdentity ? 'allow' : 'implicit-deny'
}

function says(policy: PolicyJson, effect: string, request: ReferenceRequest): boolean {
  return policy.Statement.some((statement) => statement.Effect === effect && holds(statement, policy, request))
}

function holds(statement: StatementJson, policy: PolicyJson, request: ReferenceRequest): boolean {
  const variables = policy.Version === '2012-10-17' ? request.context : undefined
  const { principal } = request
  const isNamed = (json: Json | undefined) =>
    list(awsPrincipals(json)).some((name) =>
      ['*', principal.arn, principal.roleArn, principal.accountId, `arn:aws:iam::${principal.accountId}:root`].includes(
        name,
      ),
    )
  if (statement.Principal !== undefined && !isNamed(statement.Principal)) return false
  if (statement.NotPrincipal !== undefined && isNamed(statement.NotPrincipal)) return false

  const isAction = (json: Json) =>
    list(json).some((pattern) => expression(pattern, undefined, 'i')?.test(request.action))
  if (statement.Action !== undefined ? !isAction(statement.Action) : isAction(statement.NotAction ?? [])) return false

  if (request.resource === undefined) {
    const element = statement.Resource ?? statement.NotResource
    if (element !== undefined && statement.Effect === 'Allow' && !list(statement.Resource ?? []).includes('*'))
      return false
  } else if (statement.Resource !== undefined) {
    if (!list(statement.Resource).some((pattern) => isArn(pattern, request.resource ?? '', variables))) return false
  } else if (statement.NotResource !== undefined) {
    const patterns = list(statement.NotResource)
    if (patterns.some((pattern) => isArn(pattern, request.resource ?? '', variables))) return false
    if (statement.Effect === 'Allow' && patterns.some((pattern) => !isDefined(pattern, variables))) return false
  }

  for (const [operator, block] of Object.entries((statement.Condition ?? {}) as Record<string, Record<string, Json>>)) {
    for (const [key, values] of Object.entries(block)) {
      if (!conditionHolds(operator, request.context[key] ?? [], list(values), variables, statement.Effect === 'Allow'))
        return false
    }
  }
  return true
}

function conditionHolds(
  operator: string,
  have: readonly string[],
  want: readonly string[],
  variables: Context | undefined,
  isAllow: boolean,
): boolean {
  const quantifier = /^(ForAllValues|ForAnyValue):/.exec(operator)?.[1]
  const optional = operator.endsWith('IfExists')
  const base = operator.replace(/^.*:/, '').replace(/IfExists$/, '')
  if (base === 'Null') return want.includes(have.length === 0 ? 'true' : 'false')
  const negative = base.includes('Not')
  if (have.length === 0) return optional || quantifier === 'ForAllValues' || (negative && quantifier === undefined)
  const one = (value: string) => want.some((pattern) => compare(base.replace('Not', ''), pattern, value, variables))
  const verdicts = have.map((value) => one(value) !== negative)
  const isUnknown = negative && isAllow && want.some((pattern) => !isDefined(pattern, variables))
  if (quantifier === 'ForAllValues') return verdicts.every(Boolean) && !isUnknown
  if (quantifier === 'ForAnyValue') return verdicts.some(Boolean) && !isUnknown
  return (negative ? verdicts.every(Boolean) : verdicts.some(Boolean)) && !isUnknown
}

function compare(base: string, pattern: string, value: string, variables: Context | undefined): boolean {
  if (base.startsWith('Numeric')) return ordered(base.slice(7), plainNumber(value), plainNumber(pattern))
  if (base.startsWith('Date')) return ordered(base.slice(4), plainDate(value), plainDate(pattern))
  if (base === 'Bool') return pattern.toLowerCase() === value.toLowerCase()
  if (base === 'IpAddress') return isInBlock(pattern, value)
  if (base === 'ArnLike' || base === 'ArnEquals') return isWholeArn(pattern, value, variables)
  if (base === 'StringEqualsIgnoreCase') {
    return isDefined(pattern, variables) && replaced(pattern, variables).toLowerCase() === value.toLowerCase()
  }
  if (base === 'StringLike') return expression(pattern, variables)?.test(value) ?? false
  if (base === 'StringEquals') return isDefined(pattern, variables) && replaced(pattern, variables) === value
  throw new Error(`the reference does not know ${base}`)
}

function ordered(relation: string, value: number, bound: number): boolean {
  if (relation === 'Equals') return value === bound
  if (relation === 'LessThan') return value < bound
  if (relation === 'GreaterThanEquals') return value >= bound
  throw new Error(`the reference does not know ${relation}`)
}

/** NaN compares as false with everything, which is what a value that is no number does. */
const plainNumber = (text: string): number => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN)
const plainDate = (text: string): number =>
  /^\d{10}$/.test(text) ? Number(text) * 1000 : /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN

/** IPv4 only, bit by bit. */
function isInBlock(block: string, address: string): boolean {
  const bits = (text: string) =>
    text
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('')
  if (!/^(\d+\.){3}\d+$/.test(address)) return false
  const [network = '', length = '32'] = block.split('/')
  return bits(network).slice(0, Number(length)) === bits(address).slice(0, Number(length))
}

/** In a condition an ARN pattern must have all six fields; `*` alone stands for everything. */
function isWholeArn(pattern: string, arn: string, variables: Context | undefined): boolean {
  return pattern === '*' || (pattern.split(':').length >= 6 && isArn(pattern, arn, variables))
}

function isArn(pattern: string, arn: string, variables: Context | undefined): boolean {
  if (pattern === '*') return true
  if (!isDefined(pattern, variables) || arn.split(':').length < 6) return false
  // None of the generated variables holds a colon, so the fields may be taken apart first.
  const fields = pattern.replaceAll(/\$\{[^}]*\}/g, (variable) => variable.replaceAll(':', '\u0000')).split(':')
  const parts = fields.map((field) => field.replaceAll('\u0000', ':'))
  while (parts.length < 6) parts.push('*')
  const patternFields = [...parts.slice(0, 5), parts.slice(5).join(':')]
  const arnFields = [...arn.split(':').slice(0, 5), arn.split(':').slice(5).join(':')]
  return patternFields.every((field, index) => expression(field, variables)?.test(arnFields[index] ?? ''))
}

const variable = /\$\{([^}]*)\}/g
const isDefined = (pattern: string, variables: Context | undefined): boolean =>
  !variables || [...pattern.matchAll(variable)].every(([, key]) => variables[key ?? '']?.length === 1)
const replaced = (pattern: string, variables: Context | undefined): string =>
  variables ? pattern.replace(variable, (_, key: string) => variables[key]?.[0] ?? '') : pattern

function expression(pattern: string, variables: Context | undefined, flags = ''): RegExp | undefined {
  if (!isDefined(pattern, variables)) return undefined
  const parts = pattern.split(/(\$\{[^}]*\}|[*?])/).map((part) => {
    if (part === '*') return '[^]*'
    if (part === '?') return '[^]'
    return RegExp.escape(replaced(part, variables))
  })
  return new RegExp(`^${parts.join('')}$`, flags)
}

function awsPrincipals(json: Json | undefined): Json {
  if (json === undefined || json === '*') return json ?? []
  return (json as { readonly AWS?: Json }).AWS ?? []
}

function list(json: Json): readonly string[] {
  return (Array.isArray(json) ? json : [json]) as readonly string[]
}
