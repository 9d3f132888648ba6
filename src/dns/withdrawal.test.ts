import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DnsConfig, DnsRecord } from '../plan/program.ts'
import { withoutWithdrawn } from './withdrawal.ts'

const config = (names: Readonly<Record<string, readonly string[]>>): DnsConfig => ({
  publicNames: new Map(Object.entries(names).map(([name, a]) => [name, { ttlSeconds: 60, a }])),
  vpcs: new Map(),
})
const addressesOf = ({ publicNames }: DnsConfig) =>
  Object.fromEntries([...publicNames].map(([name, { a }]) => [name, a]))

for (const { what, known, next, meanwhile } of [
  { what: 'an address goes', known: ['a', 'b'], next: ['b'], meanwhile: ['b'] },
  { what: 'an address comes', known: ['b'], next: ['a', 'b'], meanwhile: ['b'] },
  { what: 'one goes, one comes', known: ['a', 'b'], next: ['b', 'c'], meanwhile: ['b'] },
  { what: 'all are others: there is nothing to stay with', known: ['a'], next: ['b'], meanwhile: ['b'] },
  { what: 'the last goes', known: ['a'], next: [], meanwhile: [] },
] as const) {
  test(`while ${what}: ${meanwhile}`, () => {
    assert.deepEqual(addressesOf(withoutWithdrawn(config({ name: known }), config({ name: next }))), {
      name: meanwhile,
    })
  })
}

test('a name that goes is gone at once, one that comes is not there yet', () => {
  assert.deepEqual(
    addressesOf(withoutWithdrawn(config({ old: ['a'], kept: ['b'] }), config({ kept: ['b'], new: ['c'] }))),
    {
      kept: ['b'],
    },
  )
})

test('a zone is preferred at the addresses that it keeps', () => {
  const record = (a: readonly string[], byZone: Readonly<Record<string, readonly string[]>>): DnsConfig => {
    const one: DnsRecord = { ttlSeconds: 60, a, affinity: { percent: 100, byZone: new Map(Object.entries(byZone)) } }
    return { publicNames: new Map([['name', one]]), vpcs: new Map() }
  }
  const { publicNames } = withoutWithdrawn(
    record(['1', '2'], { a: ['1'], b: ['2'] }),
    record(['2', '3'], { b: ['2'], c: ['3'] }),
  )
  assert.deepEqual([...(publicNames.get('name')?.affinity?.byZone ?? [])], [['b', ['2']]])
})

test('what does not change stays the very same', () => {
  const same = config({ name: ['a'] })
  const record = withoutWithdrawn(same, same).publicNames.get('name')
  assert.equal(record, same.publicNames.get('name'))
})
