import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chainObject, netnsObject, routeObject, wireObject } from '../plan/object.ts'
import type { KernelObject, WireEnd } from '../plan/program.ts'
import { differenceOf, expectedOf, fullLookPauseMs, pauseAfterLookMs } from './drift.ts'
import { halfBuilt, type KernelState } from './run.ts'

const end = (netns: string, ifname: string): WireEnd => ({
  netns,
  ifname,
  mac: '',
  mtuBytes: 1500,
  addresses: [],
  neighbours: [],
  routes: [],
})
const stateOf = (objects: readonly KernelObject[]): KernelState => ({
  observed: new Map(objects.map((object) => [object.key, { fingerprint: object.fingerprint, object }])),
  tablesToRebuild: new Set(),
})
const wire = wireObject(end('vpc', 'e-1'), end('i', 'eth0'))
const expected = expectedOf(
  stateOf([
    netnsObject('vpc', {}),
    netnsObject('i', {}),
    wire,
    routeObject('vpc', '240.0.0.17/32', '169.254.0.2', 'e-1'),
    chainObject('vpc', 'admit', ['drop']),
  ]),
)

const link = (more: object = {}) => ({
  ifname: 'e-1',
  flags: ['UP'],
  ifalias: `fp:${wire.fingerprint}:0.1.0/0.0.0@i/eth0`,
  ...more,
})
const ownRoute = { dst: '240.0.0.17', dev: 'e-1', protocol: '117' }
const wireRoute = { dst: '10.0.1.10', dev: 'e-1', protocol: 'static' }
const look = (links: readonly object[], chains: readonly string[], routes = [ownRoute, wireRoute]): string =>
  `${JSON.stringify(links)}\n${JSON.stringify(routes)}\n${JSON.stringify({ nftables: chains.map((name) => ({ chain: { table: 'underpass', name } })) })}\n`

for (const { what, output, difference } of [
  { what: 'all is there', output: look([link()], ['admit']), difference: undefined },
  {
    what: 'more than ours is there',
    output: look([link(), { ifname: 'x', flags: [] }], ['admit', 'own']),
    difference: undefined,
  },
  { what: 'no link', output: look([], ['admit']), difference: 'link e-1 is gone' },
  { what: 'a link is down', output: look([link({ flags: [] })], ['admit']), difference: 'link e-1 is down' },
  {
    what: 'a link without our mark',
    output: look([link({ ifalias: undefined })], ['admit']),
    difference: 'link e-1 is another one than before',
  },
  { what: 'no route', output: look([link()], ['admit'], [wireRoute]), difference: 'route 240.0.0.17/32 is gone' },
  {
    what: 'a route of that destination that is not ours',
    output: look([link()], ['admit'], [{ ...ownRoute, protocol: 'boot' }, wireRoute]),
    difference: 'route 240.0.0.17/32 is gone',
  },
  {
    what: "no route of a wire's",
    output: look([link()], ['admit'], [ownRoute]),
    difference: 'a route over link e-1 is gone',
  },
  { what: 'no table', output: look([link()], []), difference: 'table inet underpass is gone' },
  { what: 'no chain', output: look([link()], ['other']), difference: 'chain admit is gone' },
]) {
  test(`${what}: ${difference ?? 'no drift'}`, () => {
    const wanted = expected.get('vpc')
    assert.ok(wanted)
    assert.equal(differenceOf(wanted, output), difference)
  })
}

test('what is known to be broken is not looked for', () => {
  const state = stateOf([netnsObject('vpc', {}), wire])
  state.observed.set(wire.key, { fingerprint: halfBuilt, object: wire })
  assert.deepEqual(expectedOf(state).get('vpc')?.links, new Set())
})

test('looking costs one percent of a processor at most', () => {
  assert.equal(Math.round(pauseAfterLookMs(0)), 1_000)
  assert.equal(Math.round(fullLookPauseMs(3_000)), 1_000_000)
  assert.equal(fullLookPauseMs(1), 30_000)
})
