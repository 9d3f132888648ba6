import type { Tag as WireTag } from '@aws-sdk/client-organizations'
import type { Tag } from '../../resource/tag.ts'
import { errors } from './errors.ts'

/** Tags per root, organizational unit, account or policy. */
const maxTags = 50

/** The tags of a request, checked. Source: Organizations API Reference, Tag. @throws InvalidInputException */
export function parseTags(wire: readonly WireTag[] | undefined): readonly Tag[] {
  const seen = new Set<string>()
  const tags = (wire ?? []).map(({ Key: key = '', Value: value = '' }) => {
    if (key.length < 1 || key.length > 128) throw errors.invalidInput('A tag key must have 1 to 128 characters.')
    if (value.length > 256) throw errors.invalidInput(`The value of the tag ${key} must have at most 256 characters.`)
    if (/^aws:/i.test(key)) throw errors.invalidInput(`The tag key ${key} is reserved: no key may begin with aws:.`)
    if (seen.has(key)) throw errors.invalidInput(`The tag key ${key} was given twice.`)
    seen.add(key)
    return { key, value }
  })
  return mergeTags([], tags)
}

/** Adds or replaces; a replaced tag keeps its place. @throws ConstraintViolationException */
export function mergeTags(old: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const merged = new Map(old.map(({ key, value }) => [key, value]))
  for (const { key, value } of added) merged.set(key, value)
  if (merged.size > maxTags) throw errors.constraintViolation(`A resource can have at most ${maxTags} tags.`)
  return [...merged].map(([key, value]) => ({ key, value }))
}
