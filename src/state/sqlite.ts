import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Batch, Change, Kind } from '../resource/kind.ts'
import { type Log, StaleRevisionError, type StoredResource } from './log.ts'

/** How many of the last batches are kept for `since`; older ones are only in the resources that they made. */
export const keptBatches = 100_000

/** Older batches are deleted once in so many revisions, not with every commit. */
const trimEvery = 1_000

/** `user_version` of the file. A higher one was written by a later Underpass, and is not touched. */
const schemaVersion = 1

/** `position` keeps the creation order: an update does not change it. */
const schema = `
  CREATE TABLE resource (
    position INTEGER PRIMARY KEY,
    kind     TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    value    TEXT    NOT NULL,
    UNIQUE (kind, id)
  ) STRICT;
  CREATE TABLE change (
    revision INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    changes  TEXT NOT NULL
  ) STRICT;
  PRAGMA user_version = ${schemaVersion};
`

/** The file was written by a later Underpass. */
export class LogVersionError extends Error {
  override readonly name = 'LogVersionError'
}

/** The state directory belongs to another process. */
export class LogInUseError extends Error {
  override readonly name = 'LogInUseError'
}

/**
 * The log in one SQLite file.
 *
 * WAL with `synchronous=FULL`: one fsync per commit, and a commit that has returned survives a loss of power.
 * `locking_mode=EXCLUSIVE` holds the file from the first read to the end of the process, however that comes: the kernel
 * drops the lock of a killed process, so there is no lock file to become stale, and WAL needs no shared memory.
 * https://www.sqlite.org/wal.html#noshm
 *
 * Commits run on the event loop, not in a worker thread: a commit of one endpoint (three resources) took 0.15 ms in the
 * median and 0.5 ms at p99 on a virtual disk, no more than the way to a worker and back, and while one runs the requests
 * that arrive wait in their sockets and make up the next group.
 */
export class SqliteLog implements Log {
  readonly #database: DatabaseSync
  readonly #head: StatementSync
  readonly #putResource: StatementSync
  readonly #deleteResource: StatementSync
  readonly #putBatch: StatementSync

  /** @throws LogInUseError, LogVersionError */
  constructor(path: string) {
    // No busy timeout: whoever holds the file holds it for hours.
    this.#database = new DatabaseSync(path, { timeout: 0 })
    try {
      this.#database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
      this.#createSchema(path)
    } catch (error) {
      this.#database.close()
      if (isBusy(error)) throw new LogInUseError(`${path} is held by another process`, { cause: error })
      throw error
    }
    this.#head = this.#database.prepare('SELECT max(revision) AS revision FROM change')
    this.#putResource = this.#database.prepare(
      `INSERT INTO resource (kind, id, revision, value) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, id) DO UPDATE SET revision = excluded.revision, value = excluded.value`,
    )
    this.#deleteResource = this.#database.prepare('DELETE FROM resource WHERE kind = ? AND id = ?')
    this.#putBatch = this.#database.prepare('INSERT INTO change (revision, at, changes) VALUES (?, ?, ?)')
  }

  async load(): Promise<{ revision: number; resources: Iterable<StoredResource> }> {
    const rows = this.#database.prepare('SELECT kind, id, revision, value FROM resource ORDER BY position').iterate()
    return { revision: this.#headRevision(), resources: parseRows(rows) }
  }

  async append(expectedRevision: number, batches: readonly Omit<Batch, 'revision'>[]): Promise<void> {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      if (this.#headRevision() !== expectedRevision) throw new StaleRevisionError()
      let revision = expectedRevision
      for (const { at, changes } of batches) {
        revision++
        for (const { kind, id, value } of changes) {
          if (value) this.#putResource.run(kind, id, revision, JSON.stringify(value))
          else this.#deleteResource.run(kind, id)
        }
        this.#putBatch.run(revision, at, JSON.stringify(changes))
        if (revision % trimEvery === 0) this.#trim(revision)
      }
      this.#database.exec('COMMIT')
    } catch (error) {
      // SQLite has rolled back by itself after some errors (a full disk among them).
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  async since(revision: number): Promise<readonly Batch[]> {
    const rows = this.#database
      .prepare('SELECT revision, at, changes FROM change WHERE revision > ? ORDER BY revision')
      .all(revision)
    const batches = rows.map(
      (row): Batch => ({
        revision: Number(row.revision),
        at: String(row.at),
        changes: JSON.parse(String(row.changes)) as readonly Change[],
      }),
    )
    const first = batches[0]?.revision
    if (first !== undefined && first !== revision + 1) {
      throw new Error(`the log begins at revision ${first}: what came after ${revision} is no longer in it`)
    }
    return batches
  }

  async close(): Promise<void> {
    this.#database.close()
  }

  #headRevision(): number {
    return Number(this.#head.get()?.revision ?? 0)
  }

  #trim(head: number): void {
    this.#database.prepare('DELETE FROM change WHERE revision <= ?').run(head - keptBatches)
  }

  #createSchema(path: string): void {
    const version = Number(this.#database.prepare('PRAGMA user_version').get()?.user_version)
    if (version > schemaVersion) {
      throw new LogVersionError(
        `${path} was written by a later Underpass (schema ${version}, this one knows ${schemaVersion}): use that one, or another state directory`,
      )
    }
    if (version === 0) this.#database.exec(`BEGIN EXCLUSIVE; ${schema} COMMIT`)
    // Takes the exclusive lock now, not with the first append.
    this.#database.exec('BEGIN EXCLUSIVE; COMMIT')
  }
}

function* parseRows(rows: Iterable<Record<string, unknown>>): Iterable<StoredResource> {
  for (const row of rows) {
    yield {
      kind: String(row.kind) as Kind,
      id: String(row.id),
      revision: Number(row.revision),
      value: JSON.parse(String(row.value)) as unknown,
    }
  }
}

/** SQLITE_BUSY, or one of its extended codes. */
function isBusy(error: unknown): boolean {
  const code = (error as { readonly errcode?: unknown }).errcode
  return typeof code === 'number' && (code & 0xff) === 5
}
