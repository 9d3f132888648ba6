import type { Kind, ResourceOfKind } from '../resource/kind.ts'
import type { indexes } from './indexes.ts'

/**
 * What a handler sees: a synchronous, consistent view of memory, with its own writes on top.
 *
 * Handlers never await between reading and writing, so a transaction is atomic within one control process; across
 * several (PostgreSQL) an append at a stale revision is refused and the handler runs again from fresh state. A handler
 * must therefore have no effect besides its writes here.
 */
export interface Transaction {
  /** The revision this view was taken at. */
  readonly revision: number
  get<K extends Kind>(kind: K, id: string | undefined): ResourceOfKind[K] | undefined
  /** Every resource of a kind, in creation order. */
  all<K extends Kind>(kind: K): Iterable<ResourceOfKind[K]>
  /** Resources of a kind whose indexed member has this value; the indexes are declared in `indexes.ts`. */
  by<K extends Kind>(kind: K, index: IndexName<K>, value: string): readonly ResourceOfKind[K][]
  /** How many `by` would answer, without listing them: what a quota asks. */
  countBy<K extends Kind>(kind: K, index: IndexName<K>, value: string): number
  /** Inserts or replaces; the id is taken from the value by `idOf`. */
  put<K extends Kind>(kind: K, value: ResourceOfKind[K]): void
  delete(kind: Kind, id: string): void
  /** The revision of the last committed change to a resource; Infinity when it was written in this transaction. */
  revisionOf(kind: Kind, id: string): number
}

/** A read-only transaction. */
export type View = Omit<Transaction, 'put' | 'delete'>

export type IndexName<K extends Kind> = K extends keyof typeof indexes ? keyof (typeof indexes)[K] & string : never
