import type { Principal } from '../../aws/service.ts'
import type { Tag } from '../../resource/tag.ts'
import type { View } from '../../state/transaction.ts'
import type { TouchedResource } from '../identity.ts'
import type { ConditionKeys } from '../identity-context.ts'

/**
 * What one operation touches, as the Service Authorization Reference draws it: a row of resource types.
 *
 * A row is read before the handler runs, so it goes by the members of the input alone: what they name need not exist, and
 * then it has no tags. Several entries may find the same thing; IAM is asked once.
 */
export type Row =
  /** The action has no resource types: it is asked for the resource `*`. */
  '*' | readonly Entry[]

export interface Entry {
  /** Paths of the input members it reads (`NetworkInterfaces.SubnetId`); a test holds them against AWS's schemas. */
  readonly members: readonly string[]
  find(input: Input, scope: Scope): readonly TouchedResource[]
}

/** The rows of one service, by operation. More may stand there than is served. */
export type Rows = Readonly<Record<string, Row>>

export type Input = Readonly<Record<string, unknown>>

export interface Scope {
  readonly view: View
  readonly principal: Principal
  readonly accountId: string
  readonly region: string
  /** `CreateVpcEndpoint`. */
  readonly operation: string
}

/** All texts (and numbers) at a path; a list on the way is entered. */
export function valuesAt(input: unknown, path: string): readonly string[] {
  let level: readonly unknown[] = [input]
  for (const name of path.split('.')) {
    level = level.flatMap((value) => {
      const member = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
      return Array.isArray(member) ? member : [member]
    })
  }
  return level.flatMap((value) => {
    if (typeof value === 'string' && value !== '') return [value]
    return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : []
  })
}

export const valuesAtAny = (input: unknown, paths: readonly string[]): readonly string[] => [
  ...new Set(paths.flatMap((path) => valuesAt(input, path))),
]

/** Tags on the wire: `Key` and `Value` in all services that are served. */
export interface WireTag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

export const wireTagsAt = (input: Input, member = 'Tags'): readonly WireTag[] =>
  Array.isArray(input[member]) ? (input[member] as readonly WireTag[]) : []

/** aws:RequestTag/k and aws:TagKeys: the tags that the request gives. Without any the keys are absent. */
export function requestTagKeys(tags: readonly WireTag[]): ConditionKeys {
  const names = tags.flatMap(({ Key }) => (Key === undefined ? [] : [Key]))
  const keys: Record<string, string | readonly string[]> = {}
  for (const { Key, Value } of tags) if (Key !== undefined) keys[`aws:RequestTag/${Key}`] = Value ?? ''
  return names.length > 0 ? { ...keys, 'aws:TagKeys': names } : keys
}

/** aws:ResourceTag/k, and the same in the service's own words: `ec2:ResourceTag/k`. */
export function resourceTagKeys(service: string, tags: readonly Tag[] | undefined): ConditionKeys {
  const keys: Record<string, string> = {}
  for (const { key, value } of tags ?? []) {
    keys[`aws:ResourceTag/${key}`] = value
    keys[`${service}:ResourceTag/${key}`] = value
  }
  return keys
}

/** What a row finds; undefined for an operation that has none, and for a request that names nothing. */
export function touchedBy(row: Row | undefined, input: Input, scope: Scope): readonly TouchedResource[] {
  if (row === undefined) return []
  if (row === '*') return [{ resource: '*' }]
  const [first, ...more] = row
  if (first && more.length === 0) return first.find(input, scope)
  const found = new Map<string, TouchedResource>()
  for (const entry of row) {
    for (const touched of entry.find(input, scope)) {
      const key = `${touched.action ?? ''} ${touched.resource}`
      if (!found.has(key)) found.set(key, touched)
    }
  }
  return [...found.values()]
}
