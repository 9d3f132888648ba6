import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { macFromHex } from './mac.ts'

test('the first ten digits of an id, behind the octet of a local address', () => {
  assert.equal(macFromHex('0123456789abcdef0'), '06:01:23:45:67:89')
  assert.equal(macFromHex('0123456789abcdef0', '02'), '02:01:23:45:67:89')
})

test('fewer digits are filled up on the left', () => {
  assert.equal(macFromHex('abc'), '06:00:00:00:0a:bc')
  assert.equal(macFromHex(''), '06:00:00:00:00:00')
})

test('it is always a unicast, locally administered address, and tells ids apart by their first ten digits', () => {
  const id = fc.stringMatching(/^[0-9a-f]{17}$/)
  fc.assert(
    fc.property(id, id, (a, b) => {
      const mac = macFromHex(a)
      assert.match(mac, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/)
      assert.equal(Number.parseInt(mac.slice(0, 2), 16) & 0b11, 0b10)
      assert.equal(macFromHex(b) === mac, a.slice(0, 10) === b.slice(0, 10))
    }),
    { seed: 55 },
  )
})
