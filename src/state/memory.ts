import { type Change, type Kind, kinds, type ResourceOfKind } from '../resource/kind.ts'
import { indexes } from './indexes.ts'
import type { IndexName } from './transaction.ts'

type Resource = ResourceOfKind[Kind]

/** One live resource. Entries are replaced, never changed, so an undo can put the old one back. */
export interface Entry<K extends Kind = Kind> {
  readonly id: string
  readonly value: ResourceOfKind[K]
  /** The revision of the last batch that wrote it. */
  readonly revision: number
  /** Rank of its creation: an update keeps it. Reads are in this order, also after a reload. */
  readonly position: number
}

/** What `apply` replaced, newest last: enough to take one batch back. */
export type Undo = readonly { readonly kind: Kind; readonly id: string; readonly before: Entry | undefined }[]

interface Index {
  readonly valuesOf: (resource: Resource) => readonly string[]
  readonly buckets: Map<string, Bucket>
}

/**
 * The resources that have one value. They come in creation order nearly always, an update keeps its place, and then reading
 * them sorts nothing: one account's ten thousand endpoints are one bucket.
 */
class Bucket {
  #entries = new Map<string, Entry>()
  #isOrdered = true
  #lastPosition = Number.NEGATIVE_INFINITY

  get size(): number {
    return this.#entries.size
  }

  set(entry: Entry): void {
    if (!this.#entries.has(entry.id)) {
      if (entry.position < this.#lastPosition) this.#isOrdered = false
      else this.#lastPosition = entry.position
    }
    this.#entries.set(entry.id, entry)
  }

  delete(id: string): void {
    this.#entries.delete(id)
  }

  inOrder(): Entry[] {
    const entries = [...this.#entries.values()]
    if (this.#isOrdered) return entries
    entries.sort((a, b) => a.position - b.position)
    this.#entries = new Map(entries.map((entry) => [entry.id, entry]))
    this.#isOrdered = true
    return entries
  }
}

const none: readonly string[] = []

interface Table {
  entries: Map<string, Entry>
  readonly indexes: ReadonlyMap<string, Index>
}

/**
 * Every live resource, by kind, id and secondary index.
 *
 * A Map iterates in insertion order and an update keeps the place, so iteration is in creation order for free. Only an
 * undone deletion breaks that, and sorts its kind again: it happens when a disk refuses, not in a day's work.
 */
export class Memory {
  readonly #tables = new Map<Kind, Table>(kinds.map((kind) => [kind, emptyTable(kind)]))
  #nextPosition = 0

  get<K extends Kind>(kind: K, id: string): Entry<K> | undefined {
    return this.#table(kind).entries.get(id) as Entry<K> | undefined
  }

  all<K extends Kind>(kind: K): Iterable<Entry<K>> {
    return this.#table(kind).entries.values() as Iterable<Entry<K>>
  }

  count(kind: Kind): number {
    return this.#table(kind).entries.size
  }

  /** In creation order. Costs the size of the answer. */
  by<K extends Kind>(kind: K, index: IndexName<K>, value: string): Entry<K>[] {
    const bucket = this.#table(kind).indexes.get(index)?.buckets.get(value)
    return bucket ? (bucket.inOrder() as Entry<K>[]) : []
  }

  countBy<K extends Kind>(kind: K, index: IndexName<K>, value: string): number {
    return this.#table(kind).indexes.get(index)?.buckets.get(value)?.size ?? 0
  }

  /** Applies one batch, in order, and returns how to take it back. */
  apply(revision: number, changes: readonly Change[]): Undo {
    return changes.map(({ kind, id, value }) => {
      const before = this.#table(kind).entries.get(id)
      const position = before?.position ?? this.#nextPosition++
      this.#set(kind, id, before, value && { id, value, revision, position })
      return { kind, id, before }
    })
  }

  undo(undo: Undo): void {
    const unordered = new Set<Kind>()
    for (const { kind, id, before } of undo.toReversed()) {
      const current = this.#table(kind).entries.get(id)
      if (before && !current) unordered.add(kind)
      this.#set(kind, id, current, before)
    }
    for (const kind of unordered) {
      const table = this.#table(kind)
      table.entries = new Map([...table.entries].sort(([, a], [, b]) => a.position - b.position))
    }
  }

  #set(kind: Kind, id: string, before: Entry | undefined, after: Entry | undefined): void {
    const table = this.#table(kind)
    if (after) table.entries.set(id, after)
    else table.entries.delete(id)

    for (const { valuesOf, buckets } of table.indexes.values()) {
      const valuesBefore = before ? valuesOf(before.value) : none
      const valuesAfter = after ? valuesOf(after.value) : none
      for (const value of valuesBefore) {
        if (valuesAfter.includes(value)) continue
        const bucket = buckets.get(value)
        bucket?.delete(id)
        if (bucket?.size === 0) buckets.delete(value)
      }
      if (!after) continue
      for (const value of valuesAfter) {
        let bucket = buckets.get(value)
        if (!bucket) {
          bucket = new Bucket()
          buckets.set(value, bucket)
        }
        bucket.set(after)
      }
    }
  }

  #table(kind: Kind): Table {
    return this.#tables.get(kind) as Table
  }
}

/** Under which values an index finds a resource. */
export function indexedValues<K extends Kind>(
  kind: K,
  index: IndexName<K>,
  resource: ResourceOfKind[K],
): readonly string[] {
  const declared = indexes[kind as keyof typeof indexes] as Record<string, Index['valuesOf']>
  return declared[index]?.(resource) ?? []
}

function emptyTable(kind: Kind): Table {
  const declared = (indexes as { readonly [K in Kind]?: Readonly<Record<string, Index['valuesOf']>> })[kind] ?? {}
  return {
    entries: new Map(),
    indexes: new Map(Object.entries(declared).map(([name, valuesOf]) => [name, { valuesOf, buckets: new Map() }])),
  }
}
