import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Account, Role } from '../resource/account.ts'
import type { Batch } from '../resource/kind.ts'
import { StaleRevisionError } from './log.ts'
import { Store } from './store.ts'
import { VolatileLog } from './volatile-log.ts'

const anAccount = (accountId: string, name = 'a'): Account => ({
  accountId,
  name,
  email: `${accountId}@example.com`,
  status: 'ACTIVE',
  joinedMethod: 'CREATED',
  joinedAt: '2026-01-01T00:00:00.000Z',
  isManagement: false,
})
const aRole = (accountId: string, roleName: string): Role => ({
  roleId: 'AROA1',
  roleName,
  path: '/',
  accountId,
  assumeRolePolicyDocument: '{}',
  inlinePolicies: {},
  attachedPolicyArns: [],
  tags: [],
  maxSessionDurationSeconds: 3600,
  createdAt: '2026-01-01T00:00:00.000Z',
})

/** A log whose commits wait until they are let go, or made to fail. */
class HeldLog extends VolatileLog {
  appends: number[] = []
  #held: PromiseWithResolvers<void>[] | undefined
  failures: Error[] = []

  hold(): void {
    this.#held = []
  }

  release(): void {
    for (const { resolve } of this.#held ?? []) resolve()
    this.#held = undefined
  }

  override async append(expectedRevision: number, batches: readonly Omit<Batch, 'revision'>[]): Promise<void> {
    this.appends.push(batches.length)
    if (this.#held) {
      const held = Promise.withResolvers<void>()
      this.#held.push(held)
      await held.promise
    }
    const failure = this.failures.shift()
    if (failure) throw failure
    await super.append(expectedRevision, batches)
  }
}

async function aStore() {
  const log = new HeldLog()
  return { log, store: await Store.open(log) }
}

/** Runs the event loop until what is already possible has happened. */
const turns = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}
const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
  let settled = false
  promise.then(
    () => {
      settled = true
    },
    () => {
      settled = true
    },
  )
  await turns()
  return settled
}
const names = (store: Store) => store.peek((view) => [...view.all('account')].map(({ accountId }) => accountId))

describe('transact', () => {
  test('sees its own writes, over memory', async () => {
    const { store } = await aStore()
    await store.transact((tx) => {
      tx.put('account', anAccount('1'))
      tx.put('role', aRole('1', 'x'))
    })
    await store.transact((tx) => {
      tx.put('account', anAccount('1', 'b'))
      tx.put('account', anAccount('2'))
      tx.put('role', aRole('1', 'y'))
      assert.equal(tx.get('account', '1')?.name, 'b')
      assert.deepEqual(
        [...tx.all('account')].map(({ accountId }) => accountId),
        ['1', '2'],
      )
      assert.deepEqual(
        tx.by('role', 'accountId', '1').map(({ roleName }) => roleName),
        ['x', 'y'],
      )
      tx.delete('role', '1|x')
      assert.deepEqual(
        tx.by('role', 'accountId', '1').map(({ roleName }) => roleName),
        ['y'],
      )
      assert.equal(tx.get('role', undefined), undefined)
    })
    assert.equal(store.revision, 2)
  })

  test('a resource leaves the index values it no longer has', async () => {
    const { store } = await aStore()
    await store.transact((tx) => tx.put('access-key', key('k', '1')))
    await store.transact((tx) => tx.put('access-key', key('k', '2')))
    store.peek((view) => {
      assert.equal(view.by('access-key', 'accountId', '1').length, 0)
      assert.equal(view.by('access-key', 'accountId', '2').length, 1)
    })
  })

  test('one that throws applies nothing and appends nothing', async () => {
    const { store, log } = await aStore()
    const decision = store.transact((tx) => {
      tx.put('account', anAccount('1'))
      throw new Error('refused')
    })
    await assert.rejects(decision, /refused/)
    assert.deepEqual(names(store), [])
    assert.deepEqual(log.appends, [])
  })

  test('resolves only when durable; the next decision sees it at once', async () => {
    const { store, log } = await aStore()
    log.hold()
    const first = store.transact((tx) => tx.put('account', anAccount('1')))
    assert.deepEqual(names(store), ['1'])
    assert.equal(await isSettled(first), false)
    assert.equal(store.revision, 0)
    log.release()
    await first
    assert.equal(store.revision, 1)
  })

  test('a refusal that could be based on what a crash would lose waits for it too', async () => {
    const { store, log } = await aStore()
    log.hold()
    const first = store.transact((tx) => tx.put('account', anAccount('1')))
    const second = store.transact((tx) => {
      if (tx.get('account', '1')) throw new Error('exists')
    })
    second.catch(() => {})
    assert.equal(await isSettled(second), false)
    log.release()
    await first
    await assert.rejects(second, /exists/)
  })

  test('decisions made while a commit runs go in one commit', async () => {
    const { store, log } = await aStore()
    log.hold()
    const first = store.transact((tx) => tx.put('account', anAccount('first')))
    await turns()
    const rest = Array.from({ length: 99 }, (_, i) => store.transact((tx) => tx.put('account', anAccount(`${i}`))))
    await turns()
    log.release()
    await Promise.all([first, ...rest])
    assert.deepEqual(log.appends, [1, 99])
  })

  test('decisions of one turn of the event loop go in one commit', async () => {
    const { store, log } = await aStore()
    await Promise.all(
      Array.from({ length: 100 }, (_, i) => store.transact((tx) => tx.put('account', anAccount(`${i}`)))),
    )
    assert.deepEqual(log.appends, [100])
    assert.equal(store.revision, 100)
  })

  test('an asynchronous decision is refused', async () => {
    const { store } = await aStore()
    await assert.rejects(
      store.transact(async () => {}),
      /must decide synchronously/,
    )
  })

  test('what is made and deleted again is no change', async () => {
    const { store, log } = await aStore()
    await store.transact((tx) => {
      tx.put('account', anAccount('1'))
      tx.delete('account', '1')
      tx.delete('account', 'never-was')
    })
    assert.deepEqual(log.appends, [])
  })

  test('memory keeps no reference of the handler, and its values cannot be changed', async () => {
    const { store } = await aStore()
    const account = { ...anAccount('1'), nested: { list: ['a'] } }
    await store.transact((tx) => tx.put('account', account))
    account.nested.list.push('b')
    const kept = store.peek((view) => view.get('account', '1')) as typeof account
    assert.deepEqual(kept.nested.list, ['a'])
    assert.throws(() => kept.nested.list.push('c'), TypeError)
  })

  test('revisionOf: of the last write; Infinity for what this transaction wrote, and for what is not there', async () => {
    const { store } = await aStore()
    await store.transact((tx) => tx.put('account', anAccount('1')))
    await store.transact((tx) => tx.put('account', anAccount('2')))
    await store.transact((tx) => {
      assert.equal(tx.revisionOf('account', '1'), 1)
      tx.put('account', anAccount('1', 'b'))
      assert.equal(tx.revisionOf('account', '1'), Number.POSITIVE_INFINITY)
      assert.equal(tx.revisionOf('account', '2'), 2)
      assert.equal(tx.revisionOf('account', '3'), Number.POSITIVE_INFINITY)
    })
    assert.equal(store.revisionOf('account', '1'), 3)
  })
})

describe('view', () => {
  test('does not wait when all is durable', async () => {
    const { store, log } = await aStore()
    await store.transact((tx) => tx.put('account', anAccount('1')))
    log.hold()
    assert.equal(await store.view((view) => view.get('account', '1')?.name), 'a')
  })

  test('waits for what it could have seen', async () => {
    const { store, log } = await aStore()
    log.hold()
    const write = store.transact((tx) => tx.put('account', anAccount('1')))
    const read = store.view((view) => view.get('account', '1')?.name)
    assert.equal(await isSettled(read), false)
    log.release()
    assert.equal(await read, 'a')
    await write
  })

  test('shows what the log kept when the commit it waited for fails', async () => {
    const { store, log } = await aStore()
    log.hold()
    log.failures.push(new Error('disk full'))
    const write = store.transact((tx) => tx.put('account', anAccount('1')))
    const read = store.view((view) => view.get('account', '1')?.name)
    await turns()
    log.release()
    await assert.rejects(write, /disk full/)
    assert.equal(await read, undefined)
  })
})

describe('a commit that fails', () => {
  test('answers everyone who waited, and memory is what the log holds, in the same order', async () => {
    const { store, log } = await aStore()
    await store.transact((tx) => {
      for (const id of ['1', '2', '3']) tx.put('account', anAccount(id))
      tx.put('role', aRole('1', 'x'))
    })
    const before = await store.snapshot()
    log.hold()
    log.failures.push(new Error('disk full'))
    const inGroup = [
      store.transact((tx) => tx.delete('account', '1')),
      store.transact((tx) => tx.put('account', anAccount('2', 'changed'))),
    ]
    await turns()
    const queued = [
      store.transact((tx) => tx.put('account', anAccount('4'))),
      store.transact((tx) => tx.delete('role', '1|x')),
      store.transact((tx) => tx.put('account', anAccount('1', 'again'))),
    ]
    assert.deepEqual(names(store), ['2', '3', '4', '1'])
    log.release()
    const outcomes = await Promise.allSettled([...inGroup, ...queued])
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.message),
      Array(5).fill('disk full'),
    )
    assert.deepEqual(names(store), ['1', '2', '3'])
    store.peek((view) => {
      assert.deepEqual(view.get('account', '2')?.name, 'a')
      assert.equal(view.by('role', 'accountId', '1').length, 1)
    })
    assert.deepEqual(await store.snapshot(), before)
    assert.equal(store.revision, 1)

    // The disk has room again.
    await store.transact((tx) => tx.put('account', anAccount('5')))
    assert.equal(store.revision, 2)
    assert.deepEqual(
      (await log.since(1)).map(({ changes }) => changes.map(({ id }) => id)),
      [['5']],
    )
  })

  test('publishes nothing', async () => {
    const { store, log } = await aStore()
    const published: number[] = []
    store.subscribe(({ revision }) => published.push(revision))
    log.failures.push(new Error('disk full'))
    await assert.rejects(store.transact((tx) => tx.put('account', anAccount('1'))))
    assert.deepEqual(published, [])
  })
})

describe('another process appends first', () => {
  test('what is new is read, and the decision is made again on it', async () => {
    const { store, log } = await aStore()
    const published: number[] = []
    store.subscribe(({ revision }) => published.push(revision))
    await log.append(0, [{ at: 'then', changes: [{ kind: 'account', id: '1', value: anAccount('1') }] }])

    const seen: string[][] = []
    await store.transact((tx) => {
      seen.push([...tx.all('account')].map(({ accountId }) => accountId))
      tx.put('account', anAccount('2'))
    })
    assert.deepEqual(seen, [[], ['1']])
    assert.deepEqual(names(store), ['1', '2'])
    assert.deepEqual(published, [1, 2])
    assert.equal(store.revision, 2)
  })

  test('a decision that refuses what is new is refused', async () => {
    const { store, log } = await aStore()
    await log.append(0, [{ at: 'then', changes: [{ kind: 'account', id: '1', value: anAccount('1') }] }])
    const decision = store.transact((tx) => {
      if (tx.get('account', '1')) throw new Error('exists')
      tx.put('account', anAccount('1', 'mine'))
    })
    await assert.rejects(decision, /exists/)
    assert.equal(
      store.peek((view) => view.get('account', '1')?.name),
      'a',
    )
  })

  test('it is told after ten attempts', async () => {
    const { store, log } = await aStore()
    log.failures.push(...Array.from({ length: 20 }, () => new StaleRevisionError()))
    let attempts = 0
    const decision = store.transact((tx) => {
      attempts++
      tx.put('account', anAccount('1'))
    })
    await assert.rejects(decision, StaleRevisionError)
    assert.equal(attempts, 10)
    assert.deepEqual(names(store), [])
  })

  test('many decisions at once, against another writer, lose nothing and repeat nothing', async () => {
    const { store, log } = await aStore()
    const other = await Store.open(log)
    const write = (writer: Store, who: string) =>
      Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          await turns()
          await writer.transact((tx) => tx.put('account', anAccount(`${who}-${i}`)))
        }),
      )
    await Promise.all([write(store, 'a'), write(other, 'b')])
    const { resources } = await log.load()
    assert.equal(resources.length, 40)
    assert.equal((await log.since(0)).length, 40)
  })
})

describe('followers', () => {
  test('get every batch once it is durable, in order, before the caller is answered', async () => {
    const { store, log } = await aStore()
    const events: string[] = []
    store.subscribe(({ revision, changes }) => events.push(`${revision}: ${changes.map(({ id }) => id).join(' ')}`))
    log.hold()
    const writes = ['1', '2'].map((id) =>
      store.transact((tx) => tx.put('account', anAccount(id))).then(() => events.push(`answered ${id}`)),
    )
    await turns()
    assert.deepEqual(events, [])
    log.release()
    await Promise.all(writes)
    assert.deepEqual(events, ['1: 1', '2: 2', 'answered 1', 'answered 2'])
  })

  test('stop when they wish', async () => {
    const { store } = await aStore()
    let count = 0
    const unsubscribe = store.subscribe(() => count++)
    await store.transact((tx) => tx.put('account', anAccount('1')))
    unsubscribe()
    await store.transact((tx) => tx.put('account', anAccount('2')))
    assert.equal(count, 1)
  })

  test('a snapshot is durable, and has the kinds an agent needs and no others', async () => {
    const { store, log } = await aStore()
    log.hold()
    const write = store.transact((tx) => {
      tx.put('account', anAccount('1'))
      tx.put('access-key', key('k', '1'))
    })
    const snapshot = store.snapshot()
    assert.equal(await isSettled(snapshot), false)
    log.release()
    await write
    const { revision, resources } = await snapshot
    assert.equal(revision, 1)
    assert.ok('vpc-endpoint' in resources)
    assert.ok(!('access-key' in resources) && !('account' in resources))
  })
})

function key(accessKeyId: string, accountId: string) {
  return {
    accessKeyId,
    secretAccessKey: 's',
    accountId,
    status: 'Active' as const,
    createdAt: '2026-01-01T00:00:00.000Z',
  }
}
