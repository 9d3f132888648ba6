import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Kind, ResourceOfKind } from '../resource/kind.ts'
import { Store } from '../state/store.ts'
import { VolatileLog } from '../state/volatile-log.ts'
import { Reports } from './observed.ts'
import { settle } from './settle.ts'

const then = Date.parse('2026-01-01T00:00:00.000Z')
const seconds = 1_000
const minutes = 60 * seconds
const hours = 60 * minutes

type Resources = { readonly [K in Kind]?: readonly Partial<ResourceOfKind[K]>[] }

/** Settles `after` milliseconds later and tells what is left, by kind. */
async function settled(
  resources: Resources,
  { after = 0, confirmed = true, failure }: { after?: number; confirmed?: boolean; failure?: string } = {},
): Promise<{ readonly left: Record<string, number>; readonly revision: number }> {
  const store = await Store.open(new VolatileLog())
  await store.transact((tx) => {
    for (const [kind, all] of Object.entries(resources)) {
      for (const resource of all) tx.put(kind as Kind, resource as never)
    }
  })
  const reports = new Reports({ path: join(tmpdir(), 'underpass-settle-test-never-written'), revision: 0 })
  reports.receiveOutcome(confirmed ? 1 : 0, failure ? [{ owner: failure, message: 'no room' }] : [])
  await settle(store, reports, new Date(then + after))
  reports.close()
  const left = Object.keys(resources).map((kind) => [kind, store.count(kind as Kind)] as const)
  return { left: Object.fromEntries(left), revision: store.revision }
}

describe('vpc-endpoint', () => {
  const withState = (state: 'available' | 'deleting'): Resources => ({
    'vpc-endpoint': [{ vpcEndpointId: 'vpce-1', state, networkInterfaceIds: ['eni-1', 'eni-2'] }],
    'network-interface': ['eni-1', 'eni-2', 'eni-other'].map((networkInterfaceId) => ({
      networkInterfaceId,
      groupIds: [],
    })),
  })

  test('deleting, and gone from the kernel: it goes with its interfaces', async () => {
    const { left } = await settled(withState('deleting'))
    assert.deepEqual(left, { 'vpc-endpoint': 0, 'network-interface': 1 })
  })
  for (const { name, options, state } of [
    { name: 'not confirmed yet', options: { confirmed: false }, state: 'deleting' },
    { name: 'the kernel refused', options: { failure: 'vpc-endpoint/vpce-1' }, state: 'deleting' },
    { name: 'not deleted', options: {}, state: 'available' },
  ] as const) {
    test(`${name}: all stays, and nothing is written`, async () => {
      const { left, revision } = await settled(withState(state), options)
      assert.deepEqual(left, { 'vpc-endpoint': 1, 'network-interface': 3 })
      assert.equal(revision, 1)
    })
  }
})

describe('vpc-endpoint that nobody accepts', () => {
  const days = 24 * hours
  for (const { after, state } of [
    { after: 7 * days - 1, state: 'pendingAcceptance' },
    { after: 7 * days, state: 'expired' },
    { after: 40 * days + 5 * hours, state: 'expired' },
  ]) {
    test(`after ${after / days} days: ${state}`, async () => {
      const store = await Store.open(new VolatileLog())
      const createdAt = new Date(then + 5 * hours).toISOString()
      const endpoint = { vpcEndpointId: 'vpce-1', state: 'pendingAcceptance', createdAt, networkInterfaceIds: [] }
      await store.transact((tx) => {
        tx.put('vpc-endpoint', endpoint as never)
        tx.put('vpc-endpoint', { ...endpoint, vpcEndpointId: 'vpce-2', state: 'rejected' } as never)
      })
      const reports = new Reports({ path: join(tmpdir(), 'underpass-settle-test-never-written'), revision: 0 })
      await settle(store, reports, new Date(then + 5 * hours + after))
      reports.close()
      const states = store.peek((view) => [...view.all('vpc-endpoint')].map((each) => each.state))
      assert.deepEqual(states, [state, 'rejected'])
    })
  }
})

describe('instance', () => {
  const terminated: Resources = {
    instance: [
      {
        instanceId: 'i-1',
        networkInterfaceId: 'eni-1',
        state: 'terminated',
        terminatedAt: new Date(then).toISOString(),
      },
      { instanceId: 'i-2', networkInterfaceId: 'eni-2', state: 'running' },
    ],
    'network-interface': ['1', '2'].map((n) => ({
      networkInterfaceId: `eni-${n}`,
      instanceId: `i-${n}`,
      groupIds: [],
    })),
  }
  for (const { after, confirmed, left } of [
    { after: 0, confirmed: true, left: { instance: 2, 'network-interface': 1 } },
    { after: hours - 1, confirmed: true, left: { instance: 2, 'network-interface': 1 } },
    { after: hours, confirmed: true, left: { instance: 1, 'network-interface': 1 } },
    { after: hours, confirmed: false, left: { instance: 2, 'network-interface': 2 } },
  ]) {
    test(`terminated ${after / minutes} min ago, ${confirmed ? '' : 'not '}applied`, async () => {
      assert.deepEqual((await settled(terminated, { after, confirmed })).left, left)
    })
  }
})

describe('target', () => {
  const draining = (attributes: Record<string, string>): Resources => ({
    'target-group': [{ targetGroupArn: 'tg', attributes }],
    target: [
      { targetKey: 'tg|a|80', targetGroupArn: 'tg', state: 'draining', drainingSince: new Date(then).toISOString() },
      { targetKey: 'tg|b|80', targetGroupArn: 'tg', state: 'registered' },
    ],
  })
  const delay = 'deregistration_delay.timeout_seconds'
  for (const { attributes, after, left } of [
    { attributes: {}, after: 300 * seconds - 1, left: 2 },
    { attributes: {}, after: 300 * seconds, left: 1 },
    { attributes: { [delay]: '0' }, after: 0, left: 1 },
    { attributes: { [delay]: '3600' }, after: 300 * seconds, left: 2 },
    { attributes: { [delay]: '3600' }, after: 3600 * seconds, left: 1 },
  ]) {
    test(`draining for ${after / seconds} s with ${JSON.stringify(attributes)}`, async () => {
      assert.equal((await settled(draining(attributes), { after })).left.target, left)
    })
  }

  const cuts = { [delay]: '10', 'deregistration_delay.connection_termination.enabled': 'true' }
  for (const { terminating, confirmed, left } of [
    { terminating: {}, confirmed: true, left: 2 },
    { terminating: { terminating: true as const }, confirmed: false, left: 2 },
    { terminating: { terminating: true as const }, confirmed: true, left: 1 },
  ]) {
    test(`connections are cut first: ${JSON.stringify(terminating)}, ${confirmed ? '' : 'not '}applied`, async () => {
      const resources = draining(cuts)
      const target = resources.target?.map((each) => (each.state === 'draining' ? { ...each, ...terminating } : each))
      const options = { after: 10 * seconds, confirmed }
      assert.equal((await settled({ ...resources, target: target ?? [] }, options)).left.target, left)
    })
  }
})

describe('client-token', () => {
  const tokens: Resources = {
    'client-token': [0, hours, 2 * hours].map((age) => ({
      tokenKey: `${age}`,
      createdAt: new Date(then + age).toISOString(),
    })),
  }
  for (const { after, left } of [
    { after: 24 * hours - 1, left: 3 },
    { after: 25 * hours, left: 1 },
    { after: 26 * hours, left: 0 },
  ]) {
    test(`after ${after / hours} h`, async () => {
      assert.equal((await settled(tokens, { after })).left['client-token'], left)
    })
  }
})
