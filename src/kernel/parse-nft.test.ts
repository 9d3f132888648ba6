import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseNftCounters, parseNftTable } from './parse-nft.ts'

// Recorded from nft 1.0.6 on 2026-11-22, shortened.
const table = JSON.stringify({
  nftables: [
    { metainfo: { version: '1.0.6', release_name: 'Lester Gooch #5', json_schema_version: 1 } },
    { table: { family: 'inet', name: 'underpass', handle: 1 } },
    { counter: { family: 'inet', name: 'drop-x', table: 'underpass', handle: 1, packets: 3, bytes: 180 } },
    {
      set: {
        family: 'inet',
        name: 'eni-sources',
        table: 'underpass',
        type: ['ifname', 'ipv4_addr'],
        handle: 2,
        comment: 'fp:a0',
        elem: [{ concat: ['e-0123', '10.0.0.1'] }],
      },
    },
    {
      set: {
        family: 'inet',
        name: 'blocks',
        table: 'underpass',
        type: 'ipv4_addr',
        handle: 3,
        comment: 'fp:a1',
        flags: ['interval'],
        elem: ['10.0.0.1', { prefix: { addr: '10.1.0.0', len: 16 } }, { range: ['10.2.0.1', '10.2.0.7'] }],
      },
    },
    {
      map: {
        family: 'inet',
        name: 'm1',
        table: 'underpass',
        type: ['ipv4_addr', 'inet_proto', 'inet_service'],
        handle: 4,
        comment: 'fp:a2',
        map: 'ipv4_addr . inet_service',
        elem: [
          [{ concat: ['10.0.1.51', 'udp', 80] }, { concat: ['240.0.0.17', 443] }],
          // As a machine without /etc/protocols prints it.
          [{ concat: ['10.0.1.50', 6, 443] }, { concat: ['240.0.0.17', 443] }],
        ],
      },
    },
    {
      map: {
        family: 'inet',
        name: 'vpce-sources',
        table: 'underpass',
        type: 'ipv4_addr',
        handle: 6,
        map: 'ipv4_addr',
        elem: [['10.0.1.51', '240.0.0.9']],
      },
    },
    {
      map: {
        family: 'inet',
        name: 'm2',
        table: 'underpass',
        type: 'ipv4_addr',
        handle: 5,
        comment: 'fp:a3',
        map: 'verdict',
        elem: [
          ['10.0.1.51', { goto: { target: 'lsn-1' } }],
          ['10.0.1.52', { drop: null }],
        ],
      },
    },
    { chain: { family: 'inet', table: 'underpass', name: 'lsn-1', handle: 7 } },
    { chain: { family: 'inet', table: 'underpass', name: 'short', handle: 9 } },
    {
      chain: {
        family: 'inet',
        table: 'underpass',
        name: 'pre',
        handle: 8,
        type: 'nat',
        hook: 'prerouting',
        prio: -100,
        policy: 'accept',
      },
    },
    { rule: { family: 'inet', table: 'underpass', chain: 'lsn-1', handle: 9, comment: 'fp:abc:1', expr: [] } },
    { rule: { family: 'inet', table: 'underpass', chain: 'short', handle: 9, comment: 'fp:abc:2', expr: [] } },
    { rule: { family: 'inet', table: 'underpass', chain: 'pre', handle: 10, expr: [] } },
  ],
})

test('keys and fingerprints are those that the plan gives', () => {
  const objects = parseNftTable('n', table)
  assert.deepEqual(Object.fromEntries(objects.map(({ object, fingerprint }) => [object.key, fingerprint])), {
    'nft-counter:n:drop-x': '',
    'nft-set:n:eni-sources': 'a0',
    'nft-element:n:eni-sources:e-0123 . 10.0.0.1': '',
    'nft-set:n:blocks': 'a1',
    'nft-element:n:blocks:10.0.0.1': '',
    'nft-element:n:blocks:10.1.0.0/16': '',
    'nft-element:n:blocks:10.2.0.1-10.2.0.7': '',
    'nft-set:n:m1': 'a2',
    'nft-element:n:m1:10.0.1.51 . udp . 80': '240.0.0.17 . 443',
    'nft-element:n:m1:10.0.1.50 . tcp . 443': '240.0.0.17 . 443',
    'nft-set:n:vpce-sources': '',
    'nft-element:n:vpce-sources:10.0.1.51': '240.0.0.9',
    'nft-set:n:m2': 'a3',
    'nft-element:n:m2:10.0.1.51': 'goto lsn-1',
    'nft-element:n:m2:10.0.1.52': 'drop',
    'nft-chain:n:lsn-1': 'abc',
    // A rule is missing, or the last one carries no mark: neither equals any plan's.
    'nft-chain:n:short': '',
    'nft-chain:n:pre': '',
  })
})

test('a withdrawn endpoint address cuts its connections, though we did not put it there', () => {
  const source = parseNftTable('n', table).find(({ object }) => object.key.endsWith('vpce-sources:10.0.1.51'))
  assert.ok(source?.object.kind === 'nft-element')
  assert.equal(source.object.cutsConnectionsTo, '10.0.1.51')
})

test('counters', () => {
  assert.deepEqual(parseNftCounters(table), new Map([['drop-x', { packets: 3, bytes: 180 }]]))
})
