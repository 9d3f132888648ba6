import { cidrHasAddress, parseCidr } from '../net/cidr.ts'
import { parseIpv4 } from '../net/ip.ts'
import { ipv6InBlock, parseIpv6 } from '../net/ipv6.ts'
import { type ConditionContext, compilePattern, matchArn, matchPattern, type VariableScope } from './match.ts'

/**
 * The condition operators.
 *
 * Several values of one condition are alternatives; under a negated operator none of them may match. A key that the
 * request does not have fails the plain operators and satisfies the negated ones and every …IfExists: this is AWS's
 * rule, and why a Deny with StringNotEquals also denies requests that lack the key.
 * Source: IAM User Guide, "Condition operators" and "Set operators for multivalued context keys".
 */

/** How one policy value is compared with one request value. */
interface Comparison {
  readonly negated: boolean
  /** undefined when the policy value cannot be compared (a variable without value): it then matches nothing. */
  compare(policyValue: string, requestValue: string, scope: VariableScope): boolean | undefined
  /** Whether a document may hold this value. */
  isValid(policyValue: string): boolean
}

/** One operator as written: `ForAnyValue:StringLikeIfExists`. */
export interface ConditionOperator {
  readonly name: string
  readonly set?: 'ForAllValues' | 'ForAnyValue'
  readonly ifExists: boolean
}

/** One line of a Condition block: operator, key, values. */
export interface Condition {
  readonly operator: ConditionOperator
  readonly key: string
  readonly values: readonly string[]
}

const anyText = () => true

function text(
  compare: (policyValue: string, requestValue: string, scope: VariableScope) => boolean | undefined,
  isValid: (value: string) => boolean = anyText,
): { readonly yes: Comparison; readonly no: Comparison } {
  return { yes: { negated: false, compare, isValid }, no: { negated: true, compare, isValid } }
}

const equals = text((policyValue, value, scope) => {
  const pattern = compilePattern(policyValue, scope, false)
  return pattern && matchPattern(pattern, value)
})
const equalsIgnoreCase = text((policyValue, value, scope) => {
  const pattern = compilePattern(policyValue, scope, false)
  return pattern && String.fromCodePoint(...pattern.tokens).toLowerCase() === value.toLowerCase()
})
const like = text((policyValue, value, scope) => {
  const pattern = compilePattern(policyValue, scope)
  return pattern && matchPattern(pattern, value)
})
const arnLike = text((policyValue, value, scope) => {
  const pattern = compilePattern(policyValue, scope)
  return pattern && matchArn(pattern, value, false)
})
const ipAddress = text(
  (block, address) => inBlock(block, address) ?? false,
  (block) => inBlock(block, block.split('/')[0] ?? '') !== undefined,
)

function ordered(parse: (text: string) => number | undefined, holds: (request: number, policy: number) => boolean) {
  return text(
    (policyValue, value) => {
      const policy = parse(policyValue)
      const request = parse(value)
      return policy !== undefined && request !== undefined && holds(request, policy)
    },
    (value) => parse(value) !== undefined,
  )
}

const isTruthText = (value: string) => /^(true|false)$/i.test(value)
const bool = text((policyValue, value) => policyValue.toLowerCase() === value.toLowerCase(), isTruthText)
const binary = text(
  (policyValue, value) => policyValue.replace(/=+$/, '') === value.replace(/=+$/, ''),
  (value) => /^[A-Za-z0-9+/]*={0,2}$/.test(value),
)

/** Operators by name. `Null` compares no values: it is decided by the presence of the key alone. */
const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ['StringEquals', equals.yes],
  ['StringNotEquals', equals.no],
  ['StringEqualsIgnoreCase', equalsIgnoreCase.yes],
  ['StringNotEqualsIgnoreCase', equalsIgnoreCase.no],
  ['StringLike', like.yes],
  ['StringNotLike', like.no],
  ...(['Numeric', 'Date'] as const).flatMap((type): readonly [string, Comparison][] => {
    const parse = type === 'Numeric' ? parseNumber : parseDate
    const same = ordered(parse, (request, policy) => request === policy)
    return [
      [`${type}Equals`, same.yes],
      [`${type}NotEquals`, same.no],
      [`${type}LessThan`, ordered(parse, (request, policy) => request < policy).yes],
      [`${type}LessThanEquals`, ordered(parse, (request, policy) => request <= policy).yes],
      [`${type}GreaterThan`, ordered(parse, (request, policy) => request > policy).yes],
      [`${type}GreaterThanEquals`, ordered(parse, (request, policy) => request >= policy).yes],
    ]
  }),
  ['Bool', bool.yes],
  ['BinaryEquals', binary.yes],
  ['IpAddress', ipAddress.yes],
  ['NotIpAddress', ipAddress.no],
  // ArnEquals takes wildcards too: AWS documents the two pairs as identical.
  ['ArnEquals', arnLike.yes],
  ['ArnLike', arnLike.yes],
  ['ArnNotEquals', arnLike.no],
  ['ArnNotLike', arnLike.no],
  ['Null', bool.yes],
])

/** @returns undefined for a text that is no operator */
export function parseConditionOperator(operator: string): ConditionOperator | undefined {
  const match = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(operator)
  const name = match?.[2] ?? ''
  if (!match || !comparisons.has(name)) return undefined
  const ifExists = match[3] !== undefined
  const set = match[1] as ConditionOperator['set']
  if (name === 'Null' && (ifExists || set)) return undefined
  return set ? { name, set, ifExists } : { name, ifExists }
}

export function isConditionValue(operator: ConditionOperator, value: string): boolean {
  return comparisons.get(operator.name)?.isValid(value) ?? false
}

/**
 * @param effect of the statement. An Allow whose negated operator names a variable without value does not hold: nobody
 *               can say what it excludes. In a Deny that value simply excludes nothing.
 */
export function conditionHolds(
  condition: Condition,
  context: ConditionContext,
  scope: VariableScope,
  effect: 'Allow' | 'Deny',
): boolean {
  const { operator, values } = condition
  const comparison = comparisons.get(operator.name)
  if (!comparison) return false
  const requestValues = context.get(condition.key.toLowerCase()) ?? []
  const isAbsent = requestValues.length === 0

  if (operator.name === 'Null') return values.some((value) => (value.toLowerCase() === 'true') === isAbsent)
  if (isAbsent) {
    if (operator.ifExists || operator.set === 'ForAllValues') return true
    return operator.set === undefined && comparison.negated
  }

  let unresolved = false
  const matchesOne = (requestValue: string): boolean =>
    values.some((value) => {
      const result = comparison.compare(value, requestValue, scope)
      if (result === undefined) unresolved = true
      return result === true
    })
  const satisfies = (requestValue: string): boolean => matchesOne(requestValue) !== comparison.negated

  let holds: boolean
  if (operator.set === 'ForAllValues') holds = requestValues.every(satisfies)
  // A key with several values under a plain operator: one match is enough, and refutes a negated one.
  else if (operator.set === 'ForAnyValue' || !comparison.negated) holds = requestValues.some(satisfies)
  else holds = requestValues.every(satisfies)
  return holds && !(unresolved && comparison.negated && effect === 'Allow')
}

function parseNumber(value: string): number | undefined {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : undefined
}

const dateFormat = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/i

/** W3C ISO 8601 profile or epoch seconds, to epoch milliseconds. A time without zone is UTC. */
export function parseDate(value: string): number | undefined {
  if (/^\d{5,}(\.\d+)?$/.test(value)) return Number(value) * 1000
  const match = dateFormat.exec(value)
  if (!match) return undefined
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match
  const [monthNumber, dayNumber] = [Number(month), Number(day)]
  const midnight = Date.UTC(Number(year), monthNumber - 1, dayNumber)
  const daysInMonth = new Date(Date.UTC(Number(year), monthNumber, 0)).getUTCDate()
  if (monthNumber < 1 || monthNumber > 12 || dayNumber < 1 || dayNumber > daysInMonth) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  const offset = /([+-])(\d\d):?(\d\d)/.exec(zone)
  const offsetMinutes = offset ? (Number(offset[2]) * 60 + Number(offset[3])) * (offset[1] === '-' ? -1 : 1) : 0
  const seconds = (Number(hour) * 60 + Number(minute) - offsetMinutes) * 60 + Number(second) + Number(`0${fraction}`)
  return midnight + seconds * 1000
}

function inBlock(block: string, address: string): boolean | undefined {
  if (block.includes(':')) {
    if (ipv6InBlock('::', block) === undefined) return undefined
    return parseIpv6(address) === undefined ? false : ipv6InBlock(address, block)
  }
  const cidr = parseCidr(block.includes('/') ? block : `${block}/32`)
  if (!cidr) return undefined
  const value = parseIpv4(address)
  return value !== undefined && cidrHasAddress(cidr, value)
}
