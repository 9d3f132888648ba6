import type { Filter } from '@aws-sdk/client-ec2'
import type { AwsError } from '../../aws/error.ts'
import type { Tag } from '../../resource/tag.ts'
import { filterLimitExceeded, invalidFilter, invalidParameterValue } from './errors.ts'

/** Filter name → the item's value or values for it; undefined or an empty list matches nothing. */
export type FilterTable<T> = { readonly [filterName: string]: (item: T) => string | readonly string[] | undefined }

/** EC2 User Guide, "List and filter using the CLI and API": at most 50 filters and 200 values in one call. */
const maxValues = 200

/**
 * What remains of a Describe call's items after its filters.
 *
 * Filters are joined by AND, the values of one by OR. A value may hold `*` (any text) and `?` (one character), a
 * backslash takes their meaning away, and case counts.
 *
 * @param tagsOf  present when the call knows `tag:KEY` and `tag-key`
 * @param unknown the error for a filter that the call does not know; see errors.ts for the two that AWS uses
 * @throws InvalidFilter or InvalidParameterValue, FilterLimitExceeded
 */
export function applyFilters<T>(
  items: readonly T[],
  filters: readonly Filter[] | undefined,
  table: FilterTable<T>,
  tagsOf?: (item: T) => readonly Tag[],
  unknown: (name: string) => AwsError = invalidFilter,
): readonly T[] {
  if (!filters || filters.length === 0) return items
  if (filters.reduce((count, filter) => count + (filter.Values?.length ?? 0), 0) > maxValues) {
    throw filterLimitExceeded(maxValues)
  }

  return filters.reduce<readonly T[]>((rest, { Name: name, Values: patterns }) => {
    const valuesOf = valuesOfFilter(name ?? 'null', table, tagsOf)
    if (!valuesOf) throw unknown(name ?? 'null')
    if (!patterns || patterns.length === 0) throw invalidParameterValue(`The filter '${name}' has no values`)
    return rest.filter((item) => valuesOf(item).some((value) => patterns.some((p) => matchesWildcard(p, value))))
  }, items)
}

function valuesOfFilter<T>(
  name: string,
  table: FilterTable<T>,
  tagsOf?: (item: T) => readonly Tag[],
): ((item: T) => readonly string[]) | undefined {
  if (tagsOf && name === 'tag-key') return (item) => tagsOf(item).map((tag) => tag.key)
  if (tagsOf && name.startsWith('tag:') && name.length > 4) {
    const key = name.slice(4)
    return (item) =>
      tagsOf(item)
        .filter((tag) => tag.key === key)
        .map((tag) => tag.value)
  }
  // Own members only: `constructor` is not a filter.
  const read = Object.hasOwn(table, name) ? table[name] : undefined
  return (
    read &&
    ((item) => {
      const value = read(item)
      return value === undefined ? [] : typeof value === 'string' ? [value] : value
    })
  )
}

/**
 * Whether a text matches a pattern of `*`, `?` and `\`.
 *
 * By hand instead of through RegExp: `*a*a*a*b` against a long text would take a regular expression minutes. Here only the
 * last star is ever tried again, so the cost is at most pattern × text.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let starAt = -1
  let starTextAt = 0
  while (t < text.length) {
    const c = pattern[p]
    if (c === '*') {
      starAt = p++
      starTextAt = t
      continue
    }
    const escaped = c === '\\' && p + 1 < pattern.length
    const literal = escaped ? pattern[p + 1] : c
    if (p < pattern.length && ((c === '?' && !escaped) || literal === text[t])) {
      p += escaped ? 2 : 1
      t++
      continue
    }
    if (starAt < 0) return false
    p = starAt + 1
    t = ++starTextAt
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
