import { remember } from './memo.ts'

/**
 * Text against the patterns of a policy: wildcards, ARNs, and the variables that stand in them.
 *
 * A pattern is compiled to tokens first, because what a variable is replaced by must match literally: a tag value of
 * `*` must never become a wildcard. Matching goes by two indexes with one point of return (the last `*`), so a
 * hostile pattern costs pattern × text steps at worst; a regular expression would not promise that.
 */

/** The condition keys of one request: lower-cased key → its values. */
export type ConditionContext = Pick<ReadonlyMap<string, readonly string[]>, 'get'>

/** Condition keys are case-insensitive. An undefined value leaves the key absent, which several operators tell apart. */
export function conditionContext(
  entries: Readonly<Record<string, string | readonly string[] | undefined>>,
): ReadonlyMap<string, readonly string[]> {
  const context = new Map<string, readonly string[]>()
  for (const [key, value] of Object.entries(entries)) {
    if (value !== undefined) context.set(key.toLowerCase(), typeof value === 'string' ? [value] : value)
  }
  return context
}

/** The keys of one resource over those of the request, without a copy of either. */
export function layered(own: ConditionContext, below: ConditionContext): ConditionContext {
  return { get: (key) => own.get(key) ?? below.get(key) }
}

/** Where variables get their values; undefined in a document of version 2008-10-17, where `${…}` is plain text. */
export type VariableScope = ConditionContext | undefined

const anyRun = -1
const anyOne = -2
/** Code points, and the two wildcards as negative numbers. */
type Token = number

export interface Pattern {
  readonly tokens: readonly Token[]
  /** The same, cut at the first five colons. */
  readonly fields: readonly (readonly Token[])[]
}

const variable = /\$\{([^}]*)\}/gu
const colon = 0x3a

/**
 * `wildcards` off leaves `*` and `?` as they are (StringEquals and its like).
 *
 * @returns undefined when a variable has no single value and no default: such a pattern matches nothing
 */
export function compilePattern(text: string, scope: VariableScope, wildcards = true): Pattern | undefined {
  if (scope === undefined || !text.includes('${')) return wildcards ? plainPattern(text) : literalPattern(text)
  const tokens: Token[] = []
  let end = 0
  for (const match of text.matchAll(variable)) {
    pushTokens(tokens, text.slice(end, match.index), wildcards)
    const value = valueOfVariable(match[1] ?? '', scope)
    if (value === undefined) return undefined
    pushTokens(tokens, value, false)
    end = match.index + match[0].length
  }
  pushTokens(tokens, text.slice(end), wildcards)
  return patternOf(tokens)
}

function pushTokens(tokens: Token[], part: string, wildcards: boolean): void {
  for (const character of part) {
    if (wildcards && character === '*') tokens.push(anyRun)
    else if (wildcards && character === '?') tokens.push(anyOne)
    else tokens.push(character.codePointAt(0) ?? 0)
  }
}

function patternOf(tokens: readonly Token[]): Pattern {
  return { tokens, fields: splitFields(tokens) }
}

function withoutVariables(wildcards: boolean): (text: string) => Pattern {
  return remember(10_000, 512, (text) => {
    const tokens: Token[] = []
    pushTokens(tokens, text, wildcards)
    return patternOf(tokens)
  })
}

/** A text without variables is the same pattern in every request. */
const plainPattern = withoutVariables(true)
const literalPattern = withoutVariables(false)
/** The texts of requests: one ARN meets every statement of every policy. */
const textPattern = withoutVariables(false)

/** `*`, `?` and `$` stand for themselves; else `key` or `key, 'default'`. */
function valueOfVariable(expression: string, context: ConditionContext): string | undefined {
  if (expression === '*' || expression === '?' || expression === '$') return expression
  const parts = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)'\s*)?$/u.exec(expression)
  if (!parts) return undefined
  const values = context.get((parts[1] ?? '').toLowerCase())
  return values?.length === 1 ? values[0] : parts[2]
}

/** Whether the pattern covers the whole text. */
export function matchPattern(pattern: Pattern, text: string): boolean {
  return matchTokens(pattern.tokens, textPattern(text).tokens)
}

function matchTokens(pattern: readonly Token[], text: readonly number[]): boolean {
  let p = 0
  let t = 0
  let lastRun = -1
  let lastRunText = 0
  while (t < text.length) {
    const token = pattern[p]
    if (token === anyRun) {
      lastRun = p
      lastRunText = t
      p += 1
    } else if (token !== undefined && (token === anyOne || token === text[t])) {
      p += 1
      t += 1
    } else if (lastRun >= 0) {
      p = lastRun + 1
      lastRunText += 1
      t = lastRunText
    } else return false
  }
  while (pattern[p] === anyRun) p += 1
  return p === pattern.length
}

const actionPattern = remember(10_000, 512, (text) => plainPattern(text.toLowerCase()))
const actionText = remember(10_000, 512, (text) => literalPattern(text.toLowerCase()))

/** Action names and patterns are case-insensitive; variables are not allowed in them. */
export function matchAction(pattern: string, action: string): boolean {
  return pattern === '*' || matchTokens(actionPattern(pattern).tokens, actionText(action).tokens)
}

/**
 * An ARN against a pattern, each of the six fields by itself: a `*` ends at its colon, except in the last field, which
 * takes the rest. Only the pattern `*` matches a text that is no ARN.
 *
 * @param complete whether a pattern with fewer than six fields means "and anything in the others"
 *                 (IAM User Guide, "Incomplete ARNs": in Resource it does, in condition operators it does not)
 */
export function matchArn(pattern: Pattern, arn: string, complete: boolean): boolean {
  const patterns = pattern.fields
  if (pattern.tokens.every((token) => token === anyRun)) return pattern.tokens.length > 0
  const { fields } = textPattern(arn)
  if (fields.length < 6 || (patterns.length < 6 && !complete)) return false
  // The last field first: it is the one that tells resources apart.
  for (let index = patterns.length - 1; index >= 0; index -= 1) {
    if (!matchTokens(patterns[index] ?? [], fields[index] ?? [])) return false
  }
  return true
}

function splitFields(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const fields: (readonly Token[])[] = []
  let start = 0
  for (let index = 0; index < tokens.length && fields.length < 5; index += 1) {
    if (tokens[index] === colon) {
      fields.push(tokens.slice(start, index))
      start = index + 1
    }
  }
  fields.push(tokens.slice(start))
  return fields
}
