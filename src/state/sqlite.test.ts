import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Change } from '../resource/kind.ts'
import { keptBatches, LogInUseError, SqliteLog } from './sqlite.ts'

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
    assert.equal(database.prepare('PRAGMA user_version').get()?.user_version, 1)
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
    database.exec('PRAGMA user_version = 2')
    database.close()
    assert.throws(() => new SqliteLog(path), /written by a later Underpass \(schema 2, this one knows 1\)/)
  }))

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
