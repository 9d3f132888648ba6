import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatIpv4, ipv4ToInt, parseIpv4 } from './ip.ts'

for (const [text, value] of [
  ['0.0.0.0', 0],
  ['0.0.0.1', 1],
  ['0.0.1.0', 256],
  ['10.0.1.5', 0x0a_00_01_05],
  ['127.255.255.255', 0x7f_ff_ff_ff],
  // From here on a signed 32-bit integer would be negative: the fabric's addresses are.
  ['128.0.0.0', 0x80_00_00_00],
  ['240.0.0.1', 0xf0_00_00_01],
  ['255.255.255.255', 0xff_ff_ff_ff],
] as const) {
  test(`${text} is ${value}`, () => {
    assert.equal(parseIpv4(text), value)
    assert.equal(ipv4ToInt(text), value)
    assert.equal(formatIpv4(value), text)
  })
}

for (const text of [
  '',
  '10',
  '10.0.1',
  '10.0.1.',
  '.10.0.1',
  '10.0.1.5.6',
  '10..1.5',
  '10.0.1.256',
  '10.0.1.1000',
  '10.0.1.-1',
  '10.0.1.+5',
  '10.0.1.5 ',
  ' 10.0.1.5',
  '10.0.1.5\n',
  '10.0.1.5/32',
  // Octal to inet_aton, decimal to others: refused, because one packet filter's reading is not another's.
  '010.0.1.5',
  '10.0.1.05',
  '10.0.1.00',
  '0x0a.0.1.5',
  '10.0.1.1e1',
  '١٠.0.1.5',
  '167772421',
  '::1',
  '::ffff:10.0.1.5',
]) {
  test(`${JSON.stringify(text)} is no address`, () => {
    assert.equal(parseIpv4(text), undefined)
    assert.throws(() => ipv4ToInt(text), RangeError)
  })
}

test('every integer is one text and back', () => {
  fc.assert(
    fc.property(fc.nat(0xff_ff_ff_ff), (value) => {
      assert.equal(parseIpv4(formatIpv4(value)), value)
    }),
    { seed: 51 },
  )
})

test('a text that is an address is written in no other way', () => {
  const octet = fc.oneof(fc.nat(300).map(String), fc.constantFrom('00', '01', '', 'a'))
  fc.assert(
    fc.property(fc.array(octet, { minLength: 3, maxLength: 5 }), (octets) => {
      const text = octets.join('.')
      const value = parseIpv4(text)
      if (value !== undefined) assert.equal(formatIpv4(value), text)
    }),
    { seed: 52 },
  )
})
