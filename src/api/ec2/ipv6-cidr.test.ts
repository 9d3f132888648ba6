import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalIpv6Cidr } from './ipv6-cidr.ts'

for (const [text, canonical] of [
  ['::/0', '::/0'],
  ['2001:db8::1/128', '2001:db8::1/128'],
  ['2001:DB8:0:0:0:0:0:1/64', '2001:db8::/64'],
  ['fd00:ec2::ffff/16', 'fd00::/16'],
  ['ffff:ffff::/1', '8000::/1'],
  ['1:0:0:2:0:0:0:3/128', '1:0:0:2::3/128'],
  ['::ffff:192.0.2.1/128', '::ffff:c000:201/128'],
  ['::/129', undefined],
  ['::', undefined],
  ['10.0.0.0/8', undefined],
  ['2001:db8::1::2/64', undefined],
  ['fe80::1%eth0/64', undefined],
] as const) {
  test(`${text} is ${canonical ?? 'malformed'}`, () => {
    assert.equal(canonicalIpv6Cidr(text), canonical)
  })
}
