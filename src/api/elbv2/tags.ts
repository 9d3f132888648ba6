import type { Tag as WireTag } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Tag } from '../../resource/tag.ts'
import * as errors from './errors.ts'

/** User tags per resource (Elastic Load Balancing quotas). */
const maxTags = 50

/** The tags of a request, checked: keys 1..128 characters, unique, not `aws:…`; values up to 256. */
export function parseTags(wire: readonly WireTag[] | undefined): readonly Tag[] {
  const tags: Tag[] = []
  const seen = new Set<string>()
  for (const { Key: key = '', Value: value = '' } of wire ?? []) {
    if (key.length < 1 || key.length > 128) {
      throw errors.constraintViolated(key, 'tags.key', 'Member must have length between 1 and 128')
    }
    if (value.length > 256) {
      throw errors.constraintViolated(value, 'tags.value', 'Member must have length less than or equal to 256')
    }
    if (key.toLowerCase().startsWith('aws:')) {
      throw errors.validationError(`Tag key '${key}' is not valid: the prefix 'aws:' is reserved`)
    }
    if (seen.has(key)) throw errors.duplicateTagKeys(key)
    seen.add(key)
    tags.push({ key, value })
  }
  if (tags.length > maxTags) throw errors.tooManyTags(maxTags)
  return tags
}

/** Adds or replaces; a replaced tag keeps its place. */
export function mergeTags(old: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const merged = new Map(old.map(({ key, value }) => [key, value]))
  for (const { key, value } of added) merged.set(key, value)
  if (merged.size > maxTags) throw errors.tooManyTags(maxTags)
  return [...merged].map(([key, value]) => ({ key, value }))
}

export function withoutTags(old: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  return old.filter(({ key }) => !keys.includes(key))
}

export function describeTags(tags: readonly Tag[]): WireTag[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }))
}
