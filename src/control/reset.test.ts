import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { randomText } from '../api/pipeline.ts'
import { kinds } from '../resource/kind.ts'
import { Store } from '../state/store.ts'
import { VolatileLog } from '../state/volatile-log.ts'
import { ensureManagementAccount } from './management-account.ts'
import { Reports } from './observed.ts'
import { ResetError, reset } from './reset.ts'
import { createRoutes } from './routes.ts'

async function aState() {
  const store = await Store.open(new VolatileLog())
  const key = await ensureManagementAccount(store, { now: new Date(), randomText })
  await store.transact((tx) => {
    tx.put('account', { accountId: '1', name: 'other' } as never)
    tx.put('access-key', { accessKeyId: 'k', accountId: '1' } as never)
    tx.put('organization', { organizationId: 'o' } as never)
    tx.put('vpc', { vpcId: 'vpc-1' } as never)
    tx.put('fabric', { nextAddress: 7 })
  })
  const reports = new Reports({ path: join(tmpdir(), 'underpass-reset-test-never-written'), revision: 0 })
  /** An agent that confirms at once. */
  store.subscribe(({ revision }) => reports.receiveOutcome(revision, []))
  return { store, reports, key }
}

test('the management account keeps its key, fabric addresses go on, all else is gone', async () => {
  const { store, reports, key } = await aState()
  await reset(store, reports, () => true)
  const left = kinds.filter((kind) => store.count(kind) > 0)
  assert.deepEqual(left, ['account', 'access-key', 'fabric'])
  assert.equal(
    store.peek((view) => view.get('access-key', key.accessKeyId)?.secretAccessKey),
    key.secretAccessKey,
  )
  assert.equal(
    store.peek((view) => view.get('fabric', 'fabric')?.nextAddress),
    7,
  )

  // Nothing to do is done as well.
  await reset(store, reports, () => true)
  assert.deepEqual(await ensureManagementAccount(store, { now: new Date(), randomText }), key)
  reports.close()
})

test('without an agent nothing is emptied', async () => {
  const { store, reports } = await aState()
  await assert.rejects(
    reset(store, reports, () => false),
    ResetError,
  )
  assert.equal(store.count('vpc'), 1)
  reports.close()
})

test('an agent that goes away while it is waited for is told at once', async (t) => {
  const { store, reports } = await aState()
  t.mock.method(reports, 'receiveOutcome', () => [])
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let isConnected = true
  const outcome = reset(store, reports, () => isConnected).then(
    () => 'done',
    (error: Error) => error.message,
  )
  const pass = async (ms: number): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    t.mock.timers.tick(ms)
  }
  await pass(250)
  await pass(250)
  isConnected = false
  await pass(250)
  assert.match(await outcome, /the agent is gone/)
})

test('what the kernel refuses to give back is told', async () => {
  const { store, reports } = await aState()
  store.subscribe(({ revision }) => reports.receiveOutcome(revision, [{ owner: 'vpc/vpc-1', message: 'busy' }]))
  await assert.rejects(
    reset(store, reports, () => true),
    /not the kernel: vpc\/vpc-1: busy/,
  )
  reports.close()
})

test('routes: status, reset in trust mode only, and nothing else below /_underpass/', async () => {
  let resets = 0
  const routesOf = (trustAnyCredentials: boolean, outcome: () => void = () => {}) =>
    createRoutes({
      trustAnyCredentials,
      whois: async () => undefined,
      explain: async () => assert.fail('not asked'),
      readStatus: async () => ({ pid: 1 }),
      async reset() {
        resets++
        outcome()
      },
    })
  const trusting = routesOf(true)
  assert.deepEqual(await trusting('GET', '/_underpass/status'), {
    status: 200,
    body: '{"pid":1}\n',
    contentType: 'application/json',
  })
  assert.equal((await trusting('POST', '/_underpass/reset'))?.status, 204)
  assert.equal(resets, 1)
  assert.equal((await trusting('GET', '/_underpass/reset'))?.status, 404)
  assert.equal(await trusting('POST', '/bucket/key'), undefined)

  const refused = await routesOf(false)('POST', '/_underpass/reset')
  assert.equal(refused?.status, 403)
  assert.match(refused?.body ?? '', /--trust-any-credentials/)
  assert.equal(resets, 1)

  const failing = routesOf(true, () => {
    throw new ResetError('no agent')
  })
  assert.deepEqual((await failing('POST', '/_underpass/reset'))?.status, 503)
})
