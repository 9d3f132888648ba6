import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Change } from '../resource/kind.ts'
import { keptBatches, LogInUseError, SqliteLog } from './sqlite.ts'
import { VolatileLog } from './volatile-log.ts'

const account = (accountId: string): Change =>
  ({ kind: 'account', id: accountId, value: { accountId } }) as unknown as Change
const at = '2026-01-01T00:00:00.000Z'

async function inDirectory(use: (path: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'underpass-sqlite-'))
  try {
    await use(join(directory, 'state.db'))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

test('a commit is on disk when it returns: WAL, synchronous=FULL, exclusive', () =>
  inDirectory(async (path) => {
    const log = new SqliteLog(path)
    await log.close()
    const database = new DatabaseSync(path)
    assert.equal(database.prepare('PRAGMA journal_mode').get()?.journal_mode, 'wal')
    assert.equal(database.prepare('PRAGMA user_version').get()?.user_version, 2)
    database.close()
  }))

test('a file that is held is refused, and free again once its holder is gone', () =>
  inDirectory(async (path) => {
    const holder = new SqliteLog(path)
    await holder.append(0, [{ at, changes: [account('1')] }])
    assert.throws(() => new SqliteLog(path), LogInUseError)
    await holder.close()
    const next = new SqliteLog(path)
    assert.equal((await next.load()).revision, 1)
    await next.close()
  }))

test('a file of a later Underpass is not touched', () =>
  inDirectory(async (path) => {
    const database = new DatabaseSync(path)
    database.exec('PRAGMA user_version = 3')
    database.close()
    assert.throws(() => new SqliteLog(path), /written by a later Underpass \(schema 3, this one knows 2\)/)
  }))

test('a file of the first schema is read, and goes on', () =>
  inDirectory(async (path) => {
    const database = new DatabaseSync(path)
    database.exec(`
      CREATE TABLE resource (
        position INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL,
        value TEXT NOT NULL, UNIQUE (kind, id)
      ) STRICT;
      CREATE TABLE change (revision INTEGER PRIMARY KEY, at TEXT NOT NULL, changes TEXT NOT NULL) STRICT;
      INSERT INTO resource (kind, id, revision, value) VALUES ('account', '1', 7, '{"accountId":"1"}');
      INSERT INTO change VALUES (7, '${at}', '[]');
      PRAGMA user_version = 1;
    `)
    database.close()
    const log = new SqliteLog(path)
    await log.append(7, [{ at, changes: [account('2')] }])
    await log.close()
    const next = new SqliteLog(path)
    const { revision, resources } = await next.load()
    assert.equal(revision, 8)
    assert.deepEqual(
      [...resources].map(({ id, revision: written }) => [id, written]),
      [
        ['1', 7],
        ['2', 8],
      ],
    )
    await next.close()
  }))

/** Histories long enough to be folded several times, and in the middle, too. */
test('however a history is cut into commits and restarts, it loads as memory holds it', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          batches: fc.array(fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.boolean()), { maxLength: 3 }), {
            minLength: 1,
            maxLength: 200,
          }),
          afterwards: fc.constantFrom('go on', 'load', 'restart'),
        }),
        { minLength: 1, maxLength: 6 },
      ),
      (commits) =>
        inDirectory(async (path) => {
          let log = new SqliteLog(path)
          const expected = new VolatileLog()
          let revision = 0
          for (const { batches, afterwards } of commits) {
            const written = batches.map((changes) => ({
              at,
              changes: changes.map(([id, isThere]): Change => {
                if (isThere) return account(String(id))
                return { kind: 'account', id: String(id), value: undefined }
              }),
            }))
            await log.append(revision, written)
            await expected.append(revision, written)
            revision += batches.length
            if (afterwards === 'load') await log.load()
            if (afterwards === 'restart') {
              await log.close()
              log = new SqliteLog(path)
            }
          }
          const loaded = await log.load()
          assert.deepEqual(
            { ...loaded, resources: [...loaded.resources] },
            JSON.parse(JSON.stringify(await expected.load())),
          )
          await log.close()
        }),
    ),
    { numRuns: 25 },
  ))

test('old batches leave the log, resources stay, and since says that it does not reach back', () =>
  inDirectory(async (path) => {
    const log = new SqliteLog(path)
    const batches = Array.from({ length: 1_000 }, (_, index) => ({ at, changes: [account(`${index % 10}`)] }))
    await log.close()
    // A hundred thousand commits would take a minute: the log is told that they have been.
    const database = new DatabaseSync(path)
    database.prepare('INSERT INTO change (revision, at, changes) VALUES (?, ?, ?)').run(1, at, '[]')
    database.prepare('INSERT INTO change (revision, at, changes) VALUES (?, ?, ?)').run(keptBatches, at, '[]')
    database.close()

    const aged = new SqliteLog(path)
    await aged.append(keptBatches, batches)
    await assert.rejects(aged.since(0), /begins at revision 100000: what came after 0 is no longer in it/)
    assert.equal((await aged.since(keptBatches)).length, 1_000)
    const { revision, resources } = await aged.load()
    assert.equal(revision, keptBatches + 1_000)
    assert.equal([...resources].length, 10)
    await aged.close()
  }))

/** Writes one account after the other through the Store and prints each id once it is answered. */
const writer = `
  import { SqliteLog } from ${JSON.stringify(new URL('sqlite.ts', import.meta.url).href)}
  import { Store } from ${JSON.stringify(new URL('store.ts', import.meta.url).href)}
  const store = await Store.open(new SqliteLog(process.argv[1]))
  const write = async (lane) => {
    for (let i = 0; ; i++) {
      const accountId = lane + '-' + i
      await store.transact((tx) => tx.put('account', { accountId }))
      process.stdout.write(accountId + '\\n')
    }
  }
  await Promise.all(['a', 'b', 'c', 'd'].map(write))
`

test('what was answered is there after kill -9', () =>
  inDirectory(async (path) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', writer, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const answered: string[] = []
    const ended = once(child, 'exit')
    for await (const line of createInterface(child.stdout)) {
      answered.push(line)
      // In the middle of its work; what it still manages to print before the signal counts too.
      if (answered.length === 200) child.kill('SIGKILL')
    }
    const [, signal] = await ended
    assert.equal(signal, 'SIGKILL')

    const log = new SqliteLog(path)
    const { revision, resources } = await log.load()
    const kept = new Set([...resources].map(({ id }) => id))
    assert.deepEqual(
      answered.filter((id) => !kept.has(id)),
      [],
    )
    // One batch each, so nothing is there by half: four lanes may have had one unanswered write.
    assert.equal(kept.size, revision)
    assert.ok(revision <= answered.length + 4, `${revision} batches, ${answered.length} answered`)
    await log.close()
  }))
