import type { Tag as WireTag } from '@aws-sdk/client-iam'
import type { Tag } from '../../resource/tag.ts'
import { errors } from './errors.ts'

/** Tags per user, role, policy or instance profile. */
const maxTags = 50

/**
 * The tags of a request, checked: keys 1..128 characters, values up to 256. Keys differ by more than case, and a tag
 * that is set again under another case keeps the case it has.
 * Source: IAM User Guide, "Tags for AWS Identity and Access Management resources".
 */
export function parseTags(wire: readonly WireTag[] | undefined): readonly Tag[] {
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
    if (seen.has(key.toLowerCase())) throw errors.duplicateTagKeys()
    seen.add(key.toLowerCase())
    return { key, value }
  })
}

const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** Adds or replaces; a replaced tag keeps its place and its key's case. */
export function mergeTags(old: readonly Tag[], added: readonly Tag[], quota: string): readonly Tag[] {
  const merged = new Map(old.map((tag) => [tag.key.toLowerCase(), tag]))
  for (const { key, value } of added) {
    merged.set(key.toLowerCase(), { key: merged.get(key.toLowerCase())?.key ?? key, value })
  }
  if (merged.size > maxTags) throw errors.quotaExceeded(quota, maxTags)
  return [...merged.values()]
}

export function withoutTags(old: readonly Tag[], keys: readonly string[] | undefined): readonly Tag[] {
  const gone = new Set(keys?.map((key) => key.toLowerCase()))
  return old.filter(({ key }) => !gone.has(key.toLowerCase()))
}

export function describeTags(tags: readonly Tag[]): WireTag[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }))
}

/** Answers show tags only where there are some. */
export function describeSomeTags(tags: readonly Tag[]): { Tags?: WireTag[] } {
  return tags.length > 0 ? { Tags: describeTags(tags) } : {}
}
