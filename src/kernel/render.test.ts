import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  chainObject,
  counterObject,
  elementObject,
  mapObject,
  netnsObject,
  routeObject,
  setObject,
  wireObject,
} from '../plan/object.ts'
import type { KernelObject } from '../plan/program.ts'
import type { Step } from '../plan/steps.ts'
import {
  addRouteLine,
  createWireLine,
  deleteRouteLine,
  endLines,
  markEndLine,
  netnsScript,
  stampWireLine,
} from './render-ip.ts'
import { inBatchOrder, renderNftBatch } from './render-nft.ts'

const n = 'up.t.vpc-1'
const add = (object: KernelObject): Step => ({ do: 'add', object, owner: 'o' })
const remove = (object: KernelObject): Step => ({ do: 'delete', object, owner: 'o' })
const replace = (object: KernelObject, previous: KernelObject): Step => ({
  do: 'replace',
  object,
  previous,
  owner: 'o',
})

const listeners = mapObject(n, 'vpce-listeners', 'ipv4_addr . inet_proto . inet_service', 'ipv4_addr . inet_service')
const nodes = mapObject(n, 'nlb-listeners', 'ipv4_addr . inet_proto . inet_service', 'verdict')
const chain = chainObject(n, 'lsn-1', ['counter name drop-x drop', 'dnat ip to 10.0.0.1:80'])

test('a first batch declares before it refers', () => {
  const { text } = renderNftBatch(
    [
      add(elementObject(n, 'nlb-listeners', '240.0.0.9 . tcp . 80', 'goto lsn-1')),
      add(chain),
      add(nodes),
      add(setObject(n, 'blocks', 'ipv4_addr', ['interval'])),
      add(counterObject(n, 'drop-x')),
      add(chainObject(n, 'admit', [], 'type filter hook forward priority filter; policy drop;')),
    ],
    false,
  )
  assert.equal(
    text,
    [
      'add table inet underpass',
      'add chain inet underpass lsn-1',
      'add chain inet underpass admit { type filter hook forward priority filter; policy drop; }',
      `add map inet underpass nlb-listeners { type ipv4_addr . inet_proto . inet_service : verdict; comment "fp:${nodes.fingerprint}"; }`,
      `add set inet underpass blocks { type ipv4_addr; flags interval; comment "fp:${setObject(n, 'blocks', 'ipv4_addr', ['interval']).fingerprint}"; }`,
      'add counter inet underpass drop-x',
      'add rule inet underpass lsn-1 counter name drop-x drop',
      `add rule inet underpass lsn-1 dnat ip to 10.0.0.1:80 comment "fp:${chain.fingerprint}:2"`,
      `add rule inet underpass admit continue comment "fp:${chainObject(n, 'admit', [], 'type filter hook forward priority filter; policy drop;').fingerprint}:1"`,
      'add element inet underpass nlb-listeners { 240.0.0.9 . tcp . 80 : goto lsn-1 }',
      '',
    ].join('\n'),
  )
})

test('a replaced element goes and comes in one batch; what it led to goes after it', () => {
  const before = elementObject(n, 'nlb-listeners', '240.0.0.9 . tcp . 80', 'goto lsn-1')
  const after = elementObject(n, 'nlb-listeners', '240.0.0.9 . tcp . 80', 'goto lsn-2')
  const { text } = renderNftBatch(
    [replace(after, before), add(chainObject(n, 'lsn-2', ['drop'])), remove(chain)],
    false,
  )
  assert.deepEqual(text.trim().split('\n'), [
    'add table inet underpass',
    'add chain inet underpass lsn-2',
    'delete element inet underpass nlb-listeners { 240.0.0.9 . tcp . 80 }',
    `add rule inet underpass lsn-2 drop comment "fp:${chainObject(n, 'lsn-2', ['drop']).fingerprint}:1"`,
    'add element inet underpass nlb-listeners { 240.0.0.9 . tcp . 80 : goto lsn-2 }',
    'flush chain inet underpass lsn-1',
    'delete chain inet underpass lsn-1',
  ])
})

test('a replaced chain is refilled; with another hook it is made anew', () => {
  const old = chainObject(n, 'admit', ['drop'], 'type filter hook forward priority 0; policy drop;')
  const refilled = chainObject(n, 'admit', ['accept'], 'type filter hook forward priority 0; policy drop;')
  assert.deepEqual(
    renderNftBatch([replace(refilled, old)], false)
      .text.trim()
      .split('\n')
      .slice(1, 2),
    ['flush chain inet underpass admit'],
  )
  const moved = chainObject(n, 'admit', ['accept'], 'type filter hook forward priority 1; policy drop;')
  assert.deepEqual(
    renderNftBatch([replace(moved, old)], false)
      .text.trim()
      .split('\n')
      .slice(1, 4),
    [
      'flush chain inet underpass admit',
      'delete chain inet underpass admit',
      'add chain inet underpass admit { type filter hook forward priority 1; policy drop; }',
    ],
  )
})

test('a rebuilt table goes and comes in the same batch', () => {
  assert.deepEqual(
    renderNftBatch([add(listeners)], true)
      .text.split('\n')
      .slice(0, 3),
    ['add table inet underpass', 'delete table inet underpass', 'add table inet underpass'],
  )
})

test('every line knows its step', () => {
  const steps = [add(chain), remove(elementObject(n, 'vpce-listeners', '10.0.1.50 . tcp . 443', '240.0.0.9 . 443'))]
  const { text, stepOfLine } = renderNftBatch(steps, false)
  assert.equal(text.trim().split('\n').length, stepOfLine.length)
  assert.deepEqual(
    stepOfLine.map((step) => step && steps.indexOf(step)),
    [undefined, 0, 1, 0, 0],
  )
})

test('batch order may be cut anywhere', () => {
  const element = elementObject(n, 'nlb-listeners', '240.0.0.9 . tcp . 80', 'goto lsn-1')
  const gone = chainObject(n, 'lsn-0', ['drop'])
  assert.deepEqual(
    inBatchOrder([remove(gone), add(element), add(chain), add(nodes)]).map(({ object }) => object.key),
    [nodes.key, chain.key, element.key, gone.key],
  )
})

const wire = wireObject(
  {
    netns: 'up.t.vpc-1',
    ifname: 'e-0123',
    mac: 'fe:00:00:00:00:01',
    mtuBytes: 9001,
    addresses: [],
    neighbours: [{ ip: '10.0.1.10', mac: '06:00:00:00:00:01' }],
    proxyArp: true,
    routes: [{ destination: '10.0.1.10/32' }],
  },
  {
    netns: 'up.t.i-1',
    ifname: 'eth0',
    mac: '06:00:00:00:00:01',
    mtuBytes: 9001,
    addresses: ['10.0.1.10/24'],
    neighbours: [],
    routes: [{ destination: 'default', via: '10.0.1.1', onlink: true }],
  },
)

test('a wire: made in both namespaces at once, furnished, stamped', () => {
  assert.equal(
    createWireLine(wire),
    'link add name e-0123 address fe:00:00:00:00:01 mtu 9001 netns up.t.vpc-1 type veth peer name eth0 address 06:00:00:00:00:01 mtu 9001 netns up.t.i-1',
  )
  assert.deepEqual(endLines(wire.a), [
    'link set dev e-0123 up',
    'ntable change name arp_cache dev e-0123 proxy_delay 0',
    'neigh replace 10.0.1.10 lladdr 06:00:00:00:00:01 dev e-0123 nud permanent',
    'route replace 10.0.1.10/32 dev e-0123 proto static',
  ])
  assert.deepEqual(endLines(wire.b), [
    'link set dev eth0 up',
    'address replace 10.0.1.10/24 dev eth0',
    'route replace default via 10.0.1.1 dev eth0 onlink proto static',
  ])
  assert.equal(markEndLine(wire), 'link set dev eth0 alias end:up.t.vpc-1/e-0123')
  assert.equal(stampWireLine(wire), `link set dev e-0123 alias fp:${wire.fingerprint}:0.1.1/1.1.0@up.t.i-1/eth0`)
})

test('a route of the fabric', () => {
  const route = routeObject('up.t.fabric', '240.0.0.17/32', '169.254.0.2', 'v-0123')
  assert.equal(addRouteLine(route), 'route replace 240.0.0.17/32 via 169.254.0.2 dev v-0123 onlink proto 117')
  assert.equal(deleteRouteLine(route), 'route del 240.0.0.17/32 proto 117')
})

test('a namespace is stamped only when every sysctl was taken', () => {
  const netns = netnsObject('up.t.vpc-1', { 'net.ipv4.ip_forward': '1' })
  assert.equal(
    netnsScript(netns),
    `failed=0
printf %s '1' > /proc/sys/net/ipv4/ip_forward || { failed=1; echo 'sysctl failed 0' >&2; }
[ $failed = 0 ] || exit 1
exec ip -batch - <<'END'
link set dev lo up
link set dev lo alias fp:${netns.fingerprint}
END
`,
  )
})
