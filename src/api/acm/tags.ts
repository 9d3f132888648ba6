import type { Tag as WireTag } from '@aws-sdk/client-acm'
import type { Tag } from '../../resource/tag.ts'
import * as errors from './errors.ts'

/** User tags per certificate. */
const maxTags = 50

/** The tags of a request, checked; the last of those with one key counts. */
export function mergeTags(old: readonly Tag[], wire: readonly WireTag[] | undefined): readonly Tag[] {
  const merged = new Map(old.map(({ key, value }) => [key, value]))
  for (const { Key: key = '', Value: value = '' } of wire ?? []) {
    if (key.length < 1 || key.length > 128) {
      throw errors.constraintViolated(key, 'tags.key', 'Member must have length between 1 and 128')
    }
    if (value.length > 256) {
      throw errors.constraintViolated(value, 'tags.value', 'Member must have length less than or equal to 256')
    }
    if (key.toLowerCase().startsWith('aws:')) {
      throw errors.invalidTag(`Invalid Tag Key: "${key}". AWS internal tags cannot be changed with this API`)
    }
    merged.set(key, value)
  }
  if (merged.size > maxTags) throw errors.tooManyTags(maxTags)
  return [...merged].map(([key, value]) => ({ key, value }))
}

/** Without those named by key, or by key and value where a value is given. */
export function withoutTags(old: readonly Tag[], wire: readonly WireTag[] | undefined): readonly Tag[] {
  return old.filter(
    (tag) => !wire?.some(({ Key, Value }) => Key === tag.key && (Value === undefined || Value === tag.value)),
  )
}

export function describeTags(tags: readonly Tag[]): WireTag[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }))
}
