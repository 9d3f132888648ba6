import * as errors from './errors.ts'

/** What an attribute's value may be; the text says so to the caller. */
export interface AttributeRule {
  readonly accepts: (value: string) => boolean
  /** After "must be ". */
  readonly expected: string
}

export const oneOf = (...values: readonly string[]): AttributeRule => ({
  accepts: (value) => values.includes(value),
  expected: `one of '${values.join(', ')}'`,
})

export const boolean = oneOf('true', 'false')

export const integer = (from: number, to: number): AttributeRule => ({
  accepts: (value) => /^\d{1,6}$/.test(value) && Number(value) >= from && Number(value) <= to,
  expected: `an integer between ${from} and ${to}`,
})

export const either = (literal: string, rule: AttributeRule): AttributeRule => ({
  accepts: (value) => value === literal || rule.accepts(value),
  expected: `'${literal}' or ${rule.expected}`,
})

export const text: AttributeRule = { accepts: (value) => value.length <= 1024, expected: 'at most 1024 characters' }

export type AttributeRules = Readonly<Record<string, AttributeRule>>

interface WireAttribute {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/**
 * The attributes of a request, every key known and every value allowed.
 *
 * Unknown keys must be told in exactly these words: Terraform's provider recognises them, drops the key and tries again
 * (reference 1.5).
 *
 * @param noun       `Load balancer`, `Target group` or `Listener`
 * @param elsewhere  keys which AWS has, on load balancers or groups of another type
 */
export function parseAttributes(
  wire: readonly WireAttribute[] | undefined,
  rules: AttributeRules,
  noun: 'Load balancer' | 'Target group' | 'Listener',
  elsewhere: { readonly has: (key: string) => boolean; readonly where: string },
): Readonly<Record<string, string>> {
  const parsed: Record<string, string> = {}
  for (const { Key: key = '', Value: value = '' } of wire ?? []) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined
    if (!rule && elsewhere.has(key)) {
      throw errors.invalidConfigurationRequest(`${noun} attribute key '${key}' is not supported on ${elsewhere.where}`)
    }
    if (!rule) throw errors.validationError(`${noun} attribute key '${key}' is not recognized`)
    if (Object.hasOwn(parsed, key)) {
      throw errors.validationError(`${noun} attribute key '${key}' was specified more than once`)
    }
    if (!rule.accepts(value)) throw errors.validationError(`'${key}' value '${value}' must be ${rule.expected}`)
    parsed[key] = value
  }
  return parsed
}

/** Old and new together, without what equals the default: that is what is stored. */
export function mergeAttributes(
  old: Readonly<Record<string, string>>,
  changed: Readonly<Record<string, string>>,
  defaults: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries({ ...old, ...changed }).filter(([key, value]) => defaults[key] !== value))
}

/** Every attribute with the value in force, as AWS lists them. */
export function describeAttributes(
  defaults: Readonly<Record<string, string>>,
  set: Readonly<Record<string, string>>,
): { Key: string; Value: string }[] {
  return Object.entries({ ...defaults, ...set }).map(([Key, Value]) => ({ Key, Value }))
}
