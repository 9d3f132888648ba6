import { type Condition, isConditionValue, parseConditionOperator } from './condition.ts'
import { JsonError, type JsonSpan, parseJson } from './json.ts'
import { remember } from './memo.ts'

/**
 * A policy document as a value.
 *
 * Parsing is strict, as IAM's is: an element that is not known, or that this use of policies forbids, is an error and
 * never ignored, because a misspelt Condition that is ignored is an open door.
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language". Texts that AWS was seen to answer are kept.
 */
export interface PolicyDocument {
  /** `2008-10-17` when the document names none; policy variables exist only in the newer one. */
  readonly version: '2012-10-17' | '2008-10-17'
  readonly id?: string
  readonly statements: readonly Statement[]
}

export interface Statement {
  /** Its place in the document, from 0. */
  readonly index: number
  readonly sid?: string
  readonly effect: 'Allow' | 'Deny'
  /** Present exactly in resource and trust policies. */
  readonly principal?: Element<PrincipalPattern>
  readonly action: Element<string>
  /** Absent exactly in trust policies, which are about the role they belong to. */
  readonly resource?: Element<string>
  /** All of them must hold. */
  readonly conditions: readonly Condition[]
}

/** `Action` or, when negated, `NotAction`; and so for Principal and Resource. */
export interface Element<Value> {
  readonly negated: boolean
  readonly values: readonly Value[]
}

export interface PrincipalPattern {
  readonly type: 'AWS' | 'Service' | 'Federated' | 'CanonicalUser'
  /** `*`, an account id or an ARN for `AWS`; a name for the others. */
  readonly value: string
}

/**
 * What a document is for, which decides its elements: identity (also session policies, boundaries and service control
 * policies) has no Principal; resource has one; trust has one and no Resource.
 */
export type PolicyUse = 'identity' | 'resource' | 'trust'

/** The document cannot be understood. `where` is a path such as `Statement[1].Effect`, or a line and column. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
  readonly where: string

  constructor(where: string, what: string) {
    super(`${what} (${where})`)
    this.where = where
  }
}

/** @throws PolicyError */
export function parsePolicy(text: string, use: PolicyUse): PolicyDocument {
  const json = readJson(text)
  const document = record(json, 'document')
  knownKeys(document, ['Version', 'Id', 'Statement'], 'document')
  const version = document.Version ?? '2008-10-17'
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    throw new PolicyError('Version', 'The policy must contain a valid version string')
  }
  if (document.Statement === undefined) throw new PolicyError('Statement', 'Missing required field Statement')
  const list = Array.isArray(document.Statement) ? document.Statement : [document.Statement]
  const statements = list.map((statement: unknown, index) =>
    parseStatement(statement, index, Array.isArray(document.Statement) ? `Statement[${index}]` : 'Statement', use),
  )
  const sids = statements.flatMap(({ sid }) => (sid ? [sid] : []))
  const repeated = sids.find((sid, index) => sids.indexOf(sid) !== index)
  if (repeated !== undefined) {
    throw new PolicyError(`Sid ${repeated}`, 'Statement IDs (SID) in a single policy must be unique.')
  }
  const parsed = { version, statements } as const
  return document.Id === undefined ? parsed : { ...parsed, id: string(document.Id, 'Id') }
}

const asIdentityPolicy = remember(4_000, 20_480, (text) => parsePolicy(text, 'identity'))
const asTrustPolicy = remember(4_000, 20_480, (text) => parsePolicy(text, 'trust'))

/**
 * A stored document, which was checked when it was put. Remembered by its text, because every request asks again.
 *
 * @throws PolicyError
 */
export function storedPolicy(text: string, use: 'identity' | 'trust'): PolicyDocument {
  return use === 'identity' ? asIdentityPolicy(text) : asTrustPolicy(text)
}

/** Where a statement stands in its document's text. */
export interface StatementSpan {
  readonly start: Position
  /** Behind its closing brace. */
  readonly end: Position
}

/** Both count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/**
 * The place of every statement, by its index: what IAM's policy simulator names a statement by.
 *
 * @throws PolicyError
 */
export function locateStatements(text: string): readonly StatementSpan[] {
  const spans = new WeakMap<object, JsonSpan>()
  const { Statement } = record(readJson(text, spans), 'document')
  return (Array.isArray(Statement) ? Statement : [Statement]).map((statement: unknown) => {
    const span = spans.get(record(statement, 'Statement'))
    return { start: positionAt(text, span?.start ?? 0), end: positionAt(text, span?.end ?? 0) }
  })
}

function positionAt(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}

function parseStatement(json: unknown, index: number, where: string, use: PolicyUse): Statement {
  const statement = record(json, where)
  const known = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource']
  knownKeys(statement, [...known, 'Condition'], where)

  const effect = statement.Effect
  if (effect === undefined) throw new PolicyError(where, 'Missing required field Effect')
  if (effect !== 'Allow' && effect !== 'Deny')
    throw new PolicyError(`${where}.Effect`, `Invalid effect: ${show(effect)}`)

  const action = parseElement(statement, 'Action', where, 'Policy statement must contain actions.')
  for (const value of action.values) checkAction(value, `${where}.${action.negated ? 'NotAction' : 'Action'}`, use)

  return {
    index,
    effect,
    action,
    conditions: parseConditions(statement.Condition, `${where}.Condition`),
    ...(statement.Sid === undefined ? {} : { sid: parseSid(statement.Sid, where, use) }),
    ...parsePrincipalOf(statement, effect, where, use),
    ...parseResourceOf(statement, where, use),
  }
}

function parseSid(json: unknown, where: string, use: PolicyUse): string {
  const sid = string(json, `${where}.Sid`)
  if (use !== 'resource' && !/^[0-9A-Za-z]*$/.test(sid)) {
    throw new PolicyError(
      `${where}.Sid`,
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    )
  }
  return sid
}

function checkAction(action: string, where: string, use: PolicyUse): void {
  if (action !== '*' && !/^[A-Za-z0-9*?-]+:[A-Za-z0-9*?]+$/.test(action)) {
    throw new PolicyError(where, 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
  }
  if (use === 'trust' && !/^sts:/i.test(action)) {
    throw new PolicyError(where, 'AssumeRole policy may only specify STS AssumeRole actions.')
  }
}

function parseResourceOf(
  statement: Readonly<Record<string, unknown>>,
  where: string,
  use: PolicyUse,
): { readonly resource?: Element<string> } {
  if (use === 'trust') {
    const prohibited = ['Resource', 'NotResource'].find((key) => statement[key] !== undefined)
    if (prohibited) throw new PolicyError(where, `Has prohibited field ${prohibited}`)
    return {}
  }
  const resource = parseElement(statement, 'Resource', where, 'Policy statement must contain resources.')
  for (const value of resource.values) {
    if (value !== '*' && !value.startsWith('arn:')) {
      throw new PolicyError(where, `Resource ${value} must be in ARN format or "*".`)
    }
  }
  return { resource }
}

function parsePrincipalOf(
  statement: Readonly<Record<string, unknown>>,
  effect: 'Allow' | 'Deny',
  where: string,
  use: PolicyUse,
): { readonly principal?: Element<PrincipalPattern> } {
  const keys = ['Principal', 'NotPrincipal'].filter((key) => statement[key] !== undefined)
  const [key] = keys
  if (use === 'identity') {
    if (key) throw new PolicyError(where, 'Policy document should not specify a principal.')
    return {}
  }
  if (!key) throw new PolicyError(where, 'Missing required field Principal')
  if (keys.length > 1) throw new PolicyError(where, 'Principal and NotPrincipal exclude each other')
  const negated = key === 'NotPrincipal'
  // Everybody but one, with rights: AWS refuses it, since it includes anonymous callers.
  if (negated && effect === 'Allow') throw new PolicyError(where, 'Allow with NotPrincipal is not allowed.')
  return { principal: { negated, values: parsePrincipals(statement[key], `${where}.${key}`) } }
}

const principalTypes = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const

function parsePrincipals(json: unknown, where: string): readonly PrincipalPattern[] {
  if (json === '*') return [{ type: 'AWS', value: '*' }]
  const object = record(json, where)
  knownKeys(object, principalTypes, where)
  const values = principalTypes.flatMap((type) =>
    object[type] === undefined
      ? []
      : strings(object[type], `${where}.${type}`, 'Invalid principal in policy').map((value) => ({ type, value })),
  )
  if (values.length === 0) throw new PolicyError(where, 'Invalid principal in policy')
  for (const { type, value } of values) {
    const isIdentity =
      /^(\*|\d{12}|arn:[\w-]+:(iam|sts)::\d{12}:(root|(user|role|assumed-role|federated-user)\/[^*?]+))$/
    if (type === 'AWS' && !isIdentity.test(value)) {
      throw new PolicyError(where, `Invalid principal in policy: "AWS":"${value}"`)
    }
  }
  return values
}

function parseConditions(json: unknown, where: string): readonly Condition[] {
  if (json === undefined) return []
  return Object.entries(record(json, where)).flatMap(([name, block]) => {
    const operator = parseConditionOperator(name)
    if (!operator) throw new PolicyError(where, `Invalid Condition type : ${name}.`)
    return Object.entries(record(block, `${where}.${name}`)).map(([key, list]) => {
      const at = `${where}.${name}.${key}`
      const values = (Array.isArray(list) ? list : [list]).map((value: unknown) => scalar(value, at))
      if (values.length === 0) throw new PolicyError(at, 'A condition needs at least one value')
      const invalid = values.find((value) => !isConditionValue(operator, value))
      if (invalid !== undefined) throw new PolicyError(at, `Value ${invalid} is not valid for ${name}`)
      return { operator, key, values }
    })
  })
}

function parseElement(
  statement: Readonly<Record<string, unknown>>,
  name: 'Action' | 'Resource',
  where: string,
  missing: string,
): Element<string> {
  const [plain, negative] = [statement[name], statement[`Not${name}`]]
  if (plain !== undefined && negative !== undefined) {
    throw new PolicyError(where, `${name} and Not${name} exclude each other`)
  }
  if (plain === undefined && negative === undefined) throw new PolicyError(where, missing)
  const negated = plain === undefined
  return { negated, values: strings(negated ? negative : plain, `${where}.${negated ? 'Not' : ''}${name}`, missing) }
}

function record(json: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new PolicyError(where, `Syntax errors in policy: an object was expected, not ${show(json)}`)
  }
  return json as Readonly<Record<string, unknown>>
}

function knownKeys(object: Readonly<Record<string, unknown>>, known: readonly string[], where: string): void {
  const unknown = Object.keys(object).find((key) => !known.includes(key))
  if (unknown !== undefined) throw new PolicyError(where, `Syntax errors in policy: unknown element ${unknown}`)
}

function string(json: unknown, where: string): string {
  if (typeof json !== 'string') throw new PolicyError(where, `Syntax errors in policy: ${show(json)} is no string`)
  return json
}

function strings(json: unknown, where: string, empty: string): readonly string[] {
  const list = (Array.isArray(json) ? json : [json]).map((value: unknown) => string(value, where))
  if (list.length === 0) throw new PolicyError(where, empty)
  return list
}

function scalar(json: unknown, where: string): string {
  return typeof json === 'number' || typeof json === 'boolean' ? String(json) : string(json, where)
}

const show = (json: unknown): string => JSON.stringify(json)?.slice(0, 40) ?? 'nothing'

function readJson(text: string, spans?: WeakMap<object, JsonSpan>): unknown {
  try {
    return parseJson(text, spans)
  } catch (error) {
    if (error instanceof JsonError) throw new PolicyError(error.where, error.what)
    throw error
  }
}
