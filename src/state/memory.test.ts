import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Kind, kinds } from '../resource/kind.ts'
import { indexes } from './indexes.ts'
import { Memory } from './memory.ts'
import { SqliteLog } from './sqlite.ts'
import { Store } from './store.ts'
import type { View } from './transaction.ts'

/** Few ids and few index values, so that updates, deletions and moves between index values are common. */
const aWrite = fc.record({
  kind: fc.constantFrom('access-key', 'subnet', 'role'),
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  owner: fc.constantFrom('1', '2', '3'),
  deleted: fc.boolean(),
  optional: fc.option(fc.string(), { nil: undefined }),
})
const aTransaction = fc.record({
  writes: fc.array(aWrite, { maxLength: 6 }),
  outcome: fc.constantFrom('commits', 'commits', 'commits', 'throws', 'disk full'),
})
type Write = typeof aWrite extends fc.Arbitrary<infer T> ? T : never

/** SQLite in memory; a commit may be made to fail after it has done its work, as a full disk does. */
class FailingLog extends SqliteLog {
  failNext = false

  override async append(...[revision, batches]: Parameters<SqliteLog['append']>): Promise<void> {
    if (!this.failNext) return super.append(revision, batches)
    this.failNext = false
    // JSON.stringify throws on it, behind all the statements before.
    const unstorable = { kind: 'account', id: 'x', value: { big: 1n } } as never
    await super.append(revision, [...batches, { at: '', changes: [unstorable] }])
  }
}

function write(
  tx: Parameters<Parameters<Store['transact']>[0]>[0],
  { kind, id, owner, deleted, optional }: Write,
): void {
  const resourceId = kind === 'role' ? `${owner}|${id}` : id
  if (deleted) tx.delete(kind as Kind, resourceId)
  else if (kind === 'access-key')
    tx.put('access-key', { accessKeyId: id, accountId: owner, userName: optional } as never)
  else if (kind === 'role') tx.put('role', { roleName: id, accountId: owner, path: optional } as never)
  else tx.put('subnet', { subnetId: id, vpcId: owner, ownerId: optional ?? owner } as never)
}

/** Everything a reader can see: order, values, revisions, and every index against a look through all resources. */
function dump(view: View): unknown {
  return kinds.map((kind) => {
    const all = [...view.all(kind)]
    const declared = (indexes as Record<string, Record<string, (resource: unknown) => readonly string[]>>)[kind] ?? {}
    for (const [index, valuesOf] of Object.entries(declared)) {
      for (const value of new Set(all.flatMap(valuesOf))) {
        const expected = all.filter((resource) => valuesOf(resource).includes(value))
        assert.deepEqual(view.by(kind as 'subnet', index as 'vpcId', value), expected, `${kind} by ${index}`)
      }
    }
    return all
  })
}

test('after any transactions, memory equals what a reload gives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aTransaction, { maxLength: 12 }), async (transactions) => {
      const log = new FailingLog(':memory:')
      const store = await Store.open(log)
      for (const { writes, outcome } of transactions) {
        log.failNext = outcome === 'disk full'
        const before = store.peek(dump)
        const decision = store.transact((tx) => {
          for (const each of writes) write(tx, each)
          dump(tx)
          if (outcome === 'throws') throw new Error('refused')
        })
        const hasCommitted = await decision.then(
          () => true,
          () => false,
        )
        if (!hasCommitted) assert.deepEqual(store.peek(dump), before)
        // A transaction without a write never reached the log.
        log.failNext = false
      }
      const reloaded = await Store.open(log)
      assert.deepEqual(store.peek(dump), reloaded.peek(dump))
      assert.equal(store.revision, reloaded.revision)
      await log.close()
    }),
    { seed: 20260101, numRuns: 200 },
  )
})

test('a batch is taken back newest change first', () => {
  const memory = new Memory()
  const account = (name: string) => ({ kind: 'account', id: '1', value: { accountId: '1', name } }) as never
  memory.apply(1, [account('a')])
  const undo = memory.apply(2, [account('b'), account('c')])
  memory.undo(undo)
  assert.equal(memory.get('account', '1')?.value.name, 'a')
  assert.equal(memory.get('account', '1')?.revision, 1)
})
