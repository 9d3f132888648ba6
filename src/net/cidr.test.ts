import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Cidr,
  cidrContains,
  cidrHasAddress,
  cidrsOverlap,
  formatCidr,
  isCanonicalCidr,
  parseCidr,
} from './cidr.ts'
import { ipv4ToInt } from './ip.ts'

for (const [text, formatted, size] of [
  ['10.0.0.0/16', '10.0.0.0/16', 65_536],
  ['10.0.1.5/16', '10.0.0.0/16', 65_536],
  ['10.0.1.5/32', '10.0.1.5/32', 1],
  ['0.0.0.0/0', '0.0.0.0/0', 2 ** 32],
  ['255.255.255.255/0', '0.0.0.0/0', 2 ** 32],
  ['240.0.0.0/4', '240.0.0.0/4', 2 ** 28],
  ['255.255.255.255/1', '128.0.0.0/1', 2 ** 31],
  ['10.0.0.0/08', '10.0.0.0/8', 2 ** 24],
] as const) {
  test(`${text} is the block ${formatted} of ${size}`, () => {
    const cidr = parseCidr(text)
    assert.ok(cidr)
    assert.equal(formatCidr(cidr), formatted)
    assert.equal(cidr.size, size)
    assert.equal(isCanonicalCidr(text), text === formatted)
  })
}

for (const text of [
  '',
  '/',
  '10.0.0.0',
  '10.0.0.0/',
  '/16',
  '10.0.0.0/33',
  '10.0.0.0/99',
  '10.0.0.0/016',
  '10.0.0.0/-1',
  '10.0.0.0/1.5',
  '10.0.0.0/16 ',
  '10.0.0.0/16\n',
  '10.0.0.0/16/8',
  '10.0.0/16',
  '10.0.0.256/16',
  '010.0.0.0/16',
  'fd00::/8',
]) {
  test(`${JSON.stringify(text)} is no block`, () => {
    assert.equal(parseCidr(text), undefined)
    assert.equal(isCanonicalCidr(text), false)
  })
}

const block = (text: string): Cidr => {
  const cidr = parseCidr(text)
  assert.ok(cidr, text)
  return cidr
}

for (const [a, b, overlap, contains] of [
  ['10.0.0.0/16', '10.0.0.0/16', true, true],
  ['10.0.0.0/16', '10.0.255.0/24', true, true],
  ['10.0.255.0/24', '10.0.0.0/16', true, false],
  ['10.0.0.0/16', '10.1.0.0/16', false, false],
  ['10.0.0.0/24', '10.0.1.0/24', false, false],
  ['10.0.0.255/32', '10.0.1.0/32', false, false],
  ['0.0.0.0/0', '255.255.255.255/32', true, true],
  ['128.0.0.0/1', '127.255.255.255/32', false, false],
] as const) {
  test(`${a} and ${b}: overlap ${overlap}, the first contains the second ${contains}`, () => {
    assert.equal(cidrsOverlap(block(a), block(b)), overlap)
    assert.equal(cidrsOverlap(block(b), block(a)), overlap)
    assert.equal(cidrContains(block(a), block(b)), contains)
  })
}

test('a block holds its first and last address and not its neighbours', () => {
  const cidr = block('10.0.1.0/24')
  for (const [address, held] of [
    ['10.0.0.255', false],
    ['10.0.1.0', true],
    ['10.0.1.255', true],
    ['10.0.2.0', false],
  ] as const) {
    assert.equal(cidrHasAddress(cidr, ipv4ToInt(address)), held, address)
  }
})

const anAddress = fc.nat(0xff_ff_ff_ff)
/** Short prefixes and close addresses, so that blocks meet often. */
const aBlock = fc.tuple(fc.oneof(anAddress, fc.nat(1_024)), fc.nat(32)).map(([address, prefixLength]): Cidr => {
  const size = 2 ** (32 - prefixLength)
  return { first: Math.floor(address / size) * size, prefixLength, size }
})

test('what is formatted is parsed as the same block', () => {
  fc.assert(
    fc.property(aBlock, (cidr) => {
      assert.deepEqual(parseCidr(formatCidr(cidr)), cidr)
      assert.equal(isCanonicalCidr(formatCidr(cidr)), true)
    }),
    { seed: 53 },
  )
})

test('two blocks share an address or not: one contains the other, or they are apart', () => {
  fc.assert(
    fc.property(aBlock, aBlock, anAddress, (a, b, address) => {
      assert.equal(cidrsOverlap(a, b), cidrContains(a, b) || cidrContains(b, a))
      assert.equal(cidrsOverlap(a, b), cidrHasAddress(a, b.first) || cidrHasAddress(b, a.first))
      if (cidrHasAddress(a, address) && cidrHasAddress(b, address)) assert.equal(cidrsOverlap(a, b), true)
      if (cidrContains(a, b) && cidrHasAddress(b, address)) assert.equal(cidrHasAddress(a, address), true)
    }),
    { seed: 54, numRuns: 1_000 },
  )
})
