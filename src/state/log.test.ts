import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Change } from '../resource/kind.ts'
import { type Log, StaleRevisionError } from './log.ts'
import { SqliteLog } from './sqlite.ts'
import { VolatileLog } from './volatile-log.ts'

/** What every log promises, whatever is behind it. `reopen` closes it and opens it anew where that means something. */
const implementations: readonly {
  readonly name: string
  readonly durable: boolean
  open(directory: string): Log
}[] = [
  { name: 'sqlite', durable: true, open: (directory) => new SqliteLog(join(directory, 'state.db')) },
  { name: 'volatile', durable: false, open: () => new VolatileLog() },
]

const account = (accountId: string, name = 'a'): Change =>
  ({ kind: 'account', id: accountId, value: { accountId, name } }) as unknown as Change
const gone = (id: string): Change => ({ kind: 'account', id, value: undefined })
const at = '2026-01-01T00:00:00.000Z'

async function loaded(log: Log) {
  const { revision, resources } = await log.load()
  return { revision, resources: [...resources] }
}

for (const { name, durable, open } of implementations) {
  describe(`log: ${name}`, () => {
    async function withLog(use: (log: Log, reopen: () => Promise<Log>) => Promise<void>): Promise<void> {
      const directory = mkdtempSync(join(tmpdir(), 'underpass-log-'))
      let log = open(directory)
      const reopen = async () => {
        if (!durable) return log
        await log.close()
        log = open(directory)
        return log
      }
      try {
        await use(log, reopen)
      } finally {
        await log.close()
        rmSync(directory, { recursive: true })
      }
    }

    test('a new log is empty, at revision 0', () =>
      withLog(async (log) => {
        assert.deepEqual(await loaded(log), { revision: 0, resources: [] })
        assert.deepEqual(await log.since(0), [])
      }))

    test('holds the last value of each resource, in creation order, with the revision that wrote it', () =>
      withLog(async (log, reopen) => {
        await log.append(0, [{ at, changes: [account('1'), account('2')] }])
        await log.append(1, [
          { at, changes: [account('1', 'b')] },
          { at, changes: [gone('2'), account('3')] },
        ])
        assert.deepEqual(await loaded(await reopen()), {
          revision: 3,
          resources: [
            { kind: 'account', id: '1', revision: 2, value: { accountId: '1', name: 'b' } },
            { kind: 'account', id: '3', revision: 3, value: { accountId: '3', name: 'a' } },
          ],
        })
      }))

    test('a resource that is made again after it was deleted comes last', () =>
      withLog(async (log, reopen) => {
        await log.append(0, [{ at, changes: [account('1'), account('2')] }])
        await log.append(1, [{ at, changes: [gone('1')] }])
        await log.append(2, [{ at, changes: [account('1')] }])
        const { resources } = await loaded(await reopen())
        assert.deepEqual(
          resources.map(({ id }) => id),
          ['2', '1'],
        )
      }))

    test('since gives the batches after a revision, oldest first, deletions included', () =>
      withLog(async (log, reopen) => {
        await log.append(0, [
          { at, changes: [account('1')] },
          { at, changes: [account('2')] },
        ])
        await log.append(2, [{ at, changes: [gone('1')] }])
        const batches = await (await reopen()).since(1)
        assert.deepEqual(
          batches.map(({ revision, changes }) => ({ revision, changes: changes.map(({ id, value }) => [id, !value]) })),
          [
            { revision: 2, changes: [['2', false]] },
            { revision: 3, changes: [['1', true]] },
          ],
        )
      }))

    for (const expected of [0, 2]) {
      test(`an append that expects revision ${expected} of a log at 1 is refused and leaves nothing`, () =>
        withLog(async (log, reopen) => {
          await log.append(0, [{ at, changes: [account('1')] }])
          const before = await loaded(log)
          await assert.rejects(log.append(expected, [{ at, changes: [account('2')] }]), StaleRevisionError)
          assert.deepEqual(await loaded(await reopen()), before)
        }))
    }

    test('a group of batches is committed as a whole or not at all', () =>
      withLog(async (log, reopen) => {
        await log.append(0, [{ at, changes: [account('1')] }])
        const before = await loaded(log)
        const circular: { self?: unknown } = {}
        circular.self = circular
        // A value that cannot be stored, behind one that can.
        const broken = { kind: 'account', id: '3', value: { broken: () => 1, circular: 1n } } as unknown as Change
        await assert.rejects(
          log.append(1, [
            { at, changes: [account('2')] },
            { at, changes: [broken] },
          ]),
        )
        assert.deepEqual(await loaded(await reopen()), before)
      }))
  })
}
