import type { Tag as WireTag } from '@aws-sdk/client-iam'
import type { Tag } from '../../resource/tag.ts'
import { errors } from './errors.ts'

export type TaggedKind = 'User' | 'Role' | 'Policy' | 'InstanceProfile'

/** Keys of users and roles differ by more than case; of the others case is enough. */
function nameOf(kind: TaggedKind): (key: string) => string {
  return kind === 'User' || kind === 'Role' ? (key) => key.toLowerCase() : (key) => key
}

/** Tags per user, role, policy or instance profile. */
const maxTags = 50

/**
 * The tags of a request, checked: keys 1..128 characters, values up to 256.
 * Source: IAM User Guide, "Tags for AWS Identity and Access Management resources".
 */
export function parseTags(wire: readonly WireTag[] | undefined, kind: TaggedKind): readonly Tag[] {
  const name = nameOf(kind)
  const seen = new Set<string>()
  return (wire ?? []).map(({ Key: key = '', Value: value = '' }, index) => {
    const fault = (what: string, member: string, constraint: string) =>
      errors.validation(
        `1 validation error detected: Value '${what}' at 'tags.${index + 1}.member.${member}' failed to satisfy constraint: Member must ${constraint}`,
      )
    if (key.length < 1) throw fault(key, 'key', 'have length greater than or equal to 1')
    if (key.length > 128) throw fault(key, 'key', 'have length less than or equal to 128')
    if (value.length > 256) throw fault(value, 'value', 'have length less than or equal to 256')
    const pattern = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]'
    if (!tagText.test(key)) throw fault(key, 'key', `satisfy regular expression pattern: ${pattern}+`)
    if (!tagText.test(value)) throw fault(value, 'value', `satisfy regular expression pattern: ${pattern}*`)
    if (/^aws:/i.test(key)) throw errors.reservedTagKey(key)
    if (seen.has(name(key))) throw errors.duplicateTagKeys()
    seen.add(name(key))
    return { key, value }
  })
}

const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** Adds or replaces. A replaced tag keeps its place and takes the case of its new key (observed). */
export function mergeTags(old: readonly Tag[], added: readonly Tag[], kind: TaggedKind): readonly Tag[] {
  const name = nameOf(kind)
  const merged = new Map(old.map((tag) => [name(tag.key), tag]))
  for (const tag of added) merged.set(name(tag.key), tag)
  if (merged.size > maxTags) throw errors.quotaExceeded(`TagsPer${kind}`, maxTags)
  return [...merged.values()]
}

export function withoutTags(
  old: readonly Tag[],
  keys: readonly string[] | undefined,
  kind: TaggedKind,
): readonly Tag[] {
  const name = nameOf(kind)
  const gone = new Set(keys?.map(name))
  return old.filter(({ key }) => !gone.has(name(key)))
}

export function describeTags(tags: readonly Tag[]): WireTag[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }))
}

/** Answers show tags only where there are some. */
export function describeSomeTags(tags: readonly Tag[]): { Tags?: WireTag[] } {
  return tags.length > 0 ? { Tags: describeTags(tags) } : {}
}
