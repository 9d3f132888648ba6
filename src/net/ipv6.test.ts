import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatIpv6, ipv6BlockContains, ipv6BlocksOverlap, ipv6InBlock, parseIpv6 } from './ipv6.ts'

for (const [text, value] of [
  ['::', 0n],
  ['::1', 1n],
  ['1::', 1n << 112n],
  ['2001:db8::ff00:42:8329', 0x20010db8000000000000ff0000428329n],
  ['::ffff:10.0.0.1', 0xffff0a000001n],
  ['1:2:3:4:5:6:7:8', 0x00010002000300040005000600070008n],
  ['1:2:3:4:5:6:7::', 0x00010002000300040005000600070000n],
] as const) {
  test(`${text} is an address`, () => assert.equal(parseIpv6(text), value))
}

for (const text of [
  '',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  'g::',
  '10.0.0.1',
  '1.2.3.4::',
  '12345::',
  '::1%eth0',
]) {
  test(`"${text}" is no address`, () => assert.equal(parseIpv6(text), undefined))
}

test('blocks', () => {
  assert.equal(ipv6InBlock('2001:db8::1', '2001:db8::/32'), true)
  assert.equal(ipv6InBlock('2001:db9::1', '2001:db8::/32'), false)
  assert.equal(ipv6InBlock('::1', '::/0'), true)
  assert.equal(ipv6InBlock('::1', '::1'), true)
  assert.equal(ipv6InBlock('::1', '::1/129'), undefined)
  assert.equal(ipv6InBlock('::1', '::1/1/2'), undefined)
})

test('full notation is read back', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }), (groups) => {
      const expected = groups.reduce((value, group) => value * 0x10000n + BigInt(group), 0n)
      assert.equal(parseIpv6(groups.map((group) => group.toString(16)).join(':')), expected)
    }),
    { seed: 3, numRuns: 200 },
  )
})

test('what is formatted is parsed again, and is as URL writes it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 }),
      (groups) => {
        const value = groups.reduce((sum, group) => sum * 0x10000n + BigInt(group), 0n)
        const text = formatIpv6(value)
        assert.equal(parseIpv6(text), value)
        assert.equal(`[${text}]`, new URL(`http://[${text}]`).hostname)
      },
    ),
    { seed: 1, numRuns: 300 },
  )
})

for (const [outer, inner, contains] of [
  ['2001:db8::/32', '2001:db8:1::/48', true],
  ['2001:db8:1::/48', '2001:db8::/32', false],
  ['::/0', 'fd00::/8', true],
  ['fd00::/8', 'fd00::/8', true],
  ['fd00::/8', 'fe00::/8', false],
  ['fd00::/129', 'fd00::/8', false],
] as const) {
  test(`${outer} ${contains ? 'contains' : 'does not contain'} ${inner}`, () => {
    assert.equal(ipv6BlockContains(outer, inner), contains)
  })
}

test('blocks overlap when one contains the other', () => {
  assert.ok(ipv6BlocksOverlap('fd00::/8', 'fd00:1::/64'))
  assert.ok(ipv6BlocksOverlap('fd00:1::/64', 'fd00::/8'))
  assert.ok(!ipv6BlocksOverlap('fd00:1::/64', 'fd00:2::/64'))
})
