import type { Batch, Change, Kind } from '../resource/kind.ts'

/** Refused because another control process appended first: load what is new and decide again. */
export class StaleRevisionError extends Error {
  override readonly name = 'StaleRevisionError'
}

/** One stored resource, as `load` returns it. */
export interface StoredResource {
  readonly kind: Kind
  readonly id: string
  /** The revision of the last batch that wrote it. */
  readonly revision: number
  readonly value: unknown
}

/**
 * The durable log. SQLite and (later) PostgreSQL are behind it, and the same tests run on both.
 *
 * `append` resolves only when the batches are on disk. Batches have consecutive revisions, the first being
 * `expectedRevision + 1`; all of them are committed together or none.
 */
export interface Log {
  /** Every live resource and the revision they are at. */
  load(): Promise<{ readonly revision: number; readonly resources: Iterable<StoredResource> }>
  append(
    expectedRevision: number,
    batches: readonly { readonly at: string; readonly changes: readonly Change[] }[],
  ): Promise<void>
  /** The batches after a revision, oldest first. Throws when the log no longer reaches back so far. */
  since(revision: number): Promise<readonly Batch[]>
  close(): Promise<void>
}
