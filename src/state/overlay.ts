import { type Change, idOf, type Kind, type ResourceOfKind } from '../resource/kind.ts'
import { indexedValues, type Memory } from './memory.ts'
import type { IndexName, Transaction } from './transaction.ts'

/**
 * A transaction's own writes on top of memory.
 *
 * Memory is untouched until the store applies `changes()`, so a handler that throws leaves nothing behind. Several
 * writes to one resource become one change, the last.
 */
export class Overlay implements Transaction {
  readonly revision: number
  readonly #memory: Memory
  readonly #written = new Map<Kind, Map<string, ResourceOfKind[Kind] | undefined>>()

  constructor(memory: Memory, revision: number) {
    this.#memory = memory
    this.revision = revision
  }

  get<K extends Kind>(kind: K, id: string | undefined): ResourceOfKind[K] | undefined {
    if (id === undefined) return undefined
    const written = this.#writtenOf(kind)
    return written?.has(id) ? written.get(id) : this.#memory.get(kind, id)?.value
  }

  *all<K extends Kind>(kind: K): Iterable<ResourceOfKind[K]> {
    const written = this.#writtenOf(kind)
    // Those made in this transaction come last. They are listed first: the caller may write while it iterates.
    const made = written ? [...written.keys()].filter((id) => !this.#memory.get(kind, id)) : []
    for (const { id } of this.#memory.all(kind)) {
      const value = this.get(kind, id)
      if (value) yield value
    }
    for (const id of made) {
      const value = this.get(kind, id)
      if (value) yield value
    }
  }

  by<K extends Kind>(kind: K, index: IndexName<K>, value: string): readonly ResourceOfKind[K][] {
    const stored = this.#memory.by(kind, index, value)
    const written = this.#writtenOf(kind)
    if (!written) return stored.map((entry) => entry.value)

    const found = stored.filter(({ id }) => !written.has(id)).map((entry) => ({ ...entry, rank: entry.position }))
    for (const [id, resource] of written) {
      if (!resource || !indexedValues(kind, index, resource).includes(value)) continue
      const before = this.#memory.get(kind, id)
      const rank = before?.position ?? Number.POSITIVE_INFINITY
      found.push({ id, value: resource, revision: Number.POSITIVE_INFINITY, position: rank, rank })
    }
    // Infinity - Infinity is NaN, which sort would take for equal anyway; compared so that it is said.
    return found.sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank)).map((entry) => entry.value)
  }

  countBy<K extends Kind>(kind: K, index: IndexName<K>, value: string): number {
    let count = this.#memory.countBy(kind, index, value)
    for (const [id, resource] of this.#writtenOf(kind) ?? []) {
      const before = this.#memory.get(kind, id)?.value
      if (before && indexedValues(kind, index, before).includes(value)) count--
      if (resource && indexedValues(kind, index, resource).includes(value)) count++
    }
    return count
  }

  put<K extends Kind>(kind: K, value: ResourceOfKind[K]): void {
    this.#write(kind, idOf[kind](value), value)
  }

  delete(kind: Kind, id: string): void {
    if (this.get(kind, id)) this.#write(kind, id, undefined)
  }

  revisionOf(kind: Kind, id: string): number {
    if (this.#written.get(kind)?.has(id)) return Number.POSITIVE_INFINITY
    return this.#memory.get(kind, id)?.revision ?? Number.POSITIVE_INFINITY
  }

  /**
   * The writes, by kind and in each kind in the order in which they were first written: that is the creation order of
   * new resources. What was made and deleted again is left out.
   *
   * Values are copied as the log will store them (`asStored`) and frozen, because every later reader shares them.
   */
  changes(): readonly Change[] {
    const changes: Change[] = []
    for (const [kind, written] of this.#written) {
      for (const [id, value] of written) {
        if (value) changes.push({ kind, id, value: asStored(value) } as Change)
        else if (this.#memory.get(kind, id)) changes.push({ kind, id, value: undefined } as Change)
      }
    }
    return changes
  }

  #writtenOf<K extends Kind>(kind: K): ReadonlyMap<string, ResourceOfKind[K] | undefined> | undefined {
    return this.#written.get(kind) as ReadonlyMap<string, ResourceOfKind[K] | undefined> | undefined
  }

  #write(kind: Kind, id: string, value: ResourceOfKind[Kind] | undefined): void {
    const written = this.#written.get(kind)
    if (written) written.set(id, value)
    else this.#written.set(kind, new Map([[id, value]]))
  }
}

/**
 * A frozen copy that is what JSON gives back, so that memory never holds what a reload would not (an `undefined` member, a
 * reference the handler kept). By hand where it can be, which is three times as fast as through text; what only JSON knows
 * how to write goes through JSON.
 */
export function asStored<T>(value: T): T {
  return copyOf(value) as T
}

/** Undefined: JSON leaves it out. */
function copyOf(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0)) return value
  if (typeof value !== 'object' || 'toJSON' in value) return throughJson(value)
  // Array.from visits holes, which JSON writes as null, too.
  if (Array.isArray(value)) return Object.freeze(Array.from(value, (item: unknown) => copyOf(item) ?? null))

  // A spread keeps the object's shape, which building it member by member would not.
  const copy: Record<string, unknown> = { ...value }
  let isWhole = true
  for (const name of Object.keys(copy)) {
    const member = copy[name]
    if (typeof member === 'string') continue
    copy[name] = copyOf(member)
    isWhole &&= copy[name] !== undefined
  }
  if (isWhole) return Object.freeze(copy)
  return Object.freeze(Object.fromEntries(Object.entries(copy).filter(([, member]) => member !== undefined)))
}

function throughJson(value: unknown): unknown {
  const text = JSON.stringify(value)
  return text === undefined ? undefined : freeze(JSON.parse(text))
}

/** Freezes a JSON value to its depth. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) freeze(member)
    Object.freeze(value)
  }
  return value
}
