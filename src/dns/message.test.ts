import assert from 'node:assert/strict'
import { test } from 'node:test'
import dnsPacket from 'dns-packet'
import fc from 'fast-check'
import { parseIpv6 } from '../net/ipv6.ts'
import {
  emptyResponse,
  encodeResponse,
  maxResponseBytes,
  parseQuery,
  plainUdpBytes,
  type Query,
  type ResourceRecord,
  rcodes,
  types,
} from './message.ts'

const endpointName = 'vpce-0123456789abcdef0-abcd1234.vpce-svc-0fedcba9876543210.us-east-1.vpce.amazonaws.com' as const

function queryFor(name: string, edns?: { udpPayloadSize: number; dnssecOk?: boolean }): Buffer {
  return dnsPacket.encode({
    type: 'query',
    id: 0x1234,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ type: 'A', name }],
    additionals: edns
      ? [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: edns.udpPayloadSize,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: edns.dnssecOk ? dnsPacket.DNSSEC_OK : 0,
            flag_do: edns.dnssecOk ?? false,
            options: [],
          },
        ]
      : [],
  })
}

function parsed(bytes: Buffer): Query {
  const result = parseQuery(bytes)
  assert.equal(result.kind, 'query')
  return (result as { query: Query }).query
}

const label = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/)
const domain = fc.array(label, { minLength: 1, maxLength: 6 }).map((labels) => labels.join('.'))

test('a question of dns-packet is read as it was written, in lower case', () => {
  fc.assert(
    fc.property(domain, fc.option(fc.integer({ min: 0, max: 65_535 })), fc.boolean(), (name, size, dnssecOk) => {
      const query = parsed(queryFor(name, size === null ? undefined : { udpPayloadSize: size, dnssecOk }))
      assert.equal(query.id, 0x1234)
      assert.deepEqual(query.question, { name: name.toLowerCase(), type: types.A, class: 1 })
      assert.equal(query.recursionDesired, true)
      // dns-packet writes its own 4096 for a size of 0.
      const payloadBytes = Math.max(plainUdpBytes, size || 4096)
      assert.deepEqual(query.edns, size === null ? undefined : { version: 0, payloadBytes, dnssecOk })
    }),
    { seed: 11, numRuns: 300 },
  )
})

test('a response of ours is read by dns-packet as it was meant', () => {
  const record: fc.Arbitrary<ResourceRecord> = fc.oneof(
    fc.record({
      type: fc.constant('A' as const),
      name: domain,
      ttlSeconds: fc.nat(86_400),
      address: fc.ipV4(),
    }),
    fc.record({
      type: fc.constant('AAAA' as const),
      name: domain,
      ttlSeconds: fc.nat(86_400),
      address: fc.ipV6(),
    }),
    fc.record({
      type: fc.constantFrom('PTR' as const, 'CNAME' as const),
      name: domain,
      ttlSeconds: fc.nat(86_400),
      target: domain,
    }),
    fc.record({
      type: fc.constant('SOA' as const),
      name: domain,
      ttlSeconds: fc.nat(86_400),
      mname: domain,
      rname: label,
      minimumSeconds: fc.nat(86_400),
    }),
  )
  fc.assert(
    fc.property(
      domain,
      fc.array(record, { maxLength: 12 }),
      fc.array(record, { maxLength: 2 }),
      (name, answers, soas) => {
        // Half of the names end like the question, so that pointers into it are made.
        const related = answers.map((r, i) => (i % 2 ? { ...r, name: `${r.name}.${name}`.slice(-200) } : r))
        const query = parsed(queryFor(name, { udpPayloadSize: 4096, dnssecOk: true }))
        const bytes = encodeResponse(query, { rcode: rcodes.NXDOMAIN, answers: related, authorities: soas }, 65_535)
        const decoded = dnsPacket.decode(bytes)
        assert.equal(decoded.id, 0x1234)
        assert.equal(decoded.flag_qr && decoded.flag_ra && decoded.flag_rd, true)
        assert.equal(decoded.flag_aa || decoded.flag_tc, false)
        assert.equal(bytes[3]! & 0xf, rcodes.NXDOMAIN)
        assert.deepEqual(decoded.questions, [{ name, type: 'A', class: 'IN' }])
        const comparable = (r: ResourceRecord) => ({
          name: lower(r.name),
          type: r.type,
          ttl: r.ttlSeconds,
          data:
            'target' in r
              ? lower(r.target)
              : r.type === 'SOA'
                ? [lower(r.mname), lower(r.rname), r.minimumSeconds]
                : r.type === 'AAAA'
                  ? parseIpv6(r.address)
                  : r.address,
        })
        const seen = (list: readonly dnsPacket.Answer[] = []) =>
          list.map((r) => {
            assert.ok(r.type === 'A' || r.type === 'AAAA' || r.type === 'PTR' || r.type === 'CNAME' || r.type === 'SOA')
            const data =
              r.type === 'SOA'
                ? [lower(r.data.mname), lower(r.data.rname), r.data.minimum]
                : r.type === 'AAAA'
                  ? parseIpv6(r.data)
                  : lower(r.data)
            return { name: lower(r.name), type: r.type, ttl: r.ttl, data }
          })
        assert.deepEqual(seen(decoded.answers), related.map(comparable))
        assert.deepEqual(seen(decoded.authorities), soas.map(comparable))
        const opt = decoded.additionals?.[0]
        assert.ok(opt?.type === 'OPT')
        assert.deepEqual([opt.udpPayloadSize, opt.flag_do, opt.options], [4096, true, []])
      },
    ),
    { seed: 12, numRuns: 300 },
  )
})

/** Names compare without case; a name that shares the question's end is echoed in the question's case. */
const lower = (text: string) => text.toLowerCase()

test('an alias and eight addresses of its target fit a datagram without EDNS', () => {
  const query = parsed(queryFor('api.example.com'))
  const alias = { name: 'api.example.com', type: 'CNAME' as const, ttlSeconds: 60, target: endpointName }
  const addresses = Array.from({ length: 8 }, (_, i) => ({
    name: endpointName,
    type: 'A' as const,
    ttlSeconds: 60,
    address: `10.0.${i}.50`,
  }))
  const response = { rcode: rcodes.NOERROR, answers: [alias, ...addresses], authorities: [] }
  const bytes = encodeResponse(query, response, plainUdpBytes)
  assert.equal(bytes.readUInt16BE(6), 9)
  // The target stands there once, but for its `com`, which is the question's; two octets before each address lead to it.
  assert.equal(bytes.length, 12 + 21 + (12 + endpointName.length - 1) + 8 * 16)
})

test('eight addresses of an endpoint name fit a datagram without EDNS', () => {
  const query = parsed(queryFor(endpointName))
  const answers = Array.from({ length: 8 }, (_, i) => ({
    name: endpointName,
    type: 'A' as const,
    ttlSeconds: 60,
    address: `10.0.${i}.50`,
  }))
  const bytes = encodeResponse(query, { rcode: rcodes.NOERROR, answers, authorities: [] }, plainUdpBytes)
  assert.equal(bytes.length, 12 + (endpointName.length + 2 + 4) + 8 * 16)
  assert.equal(dnsPacket.decode(bytes).answers?.length, 8)
})

test('a response that is too long becomes an empty one with TC', () => {
  const query = parsed(queryFor(endpointName))
  const answers = Array.from({ length: 40 }, (_, i) => ({
    name: `host-${i}.example.com`,
    type: 'A' as const,
    ttlSeconds: 60,
    address: '10.0.0.1',
  }))
  const bytes = encodeResponse(query, { rcode: rcodes.NOERROR, answers, authorities: [] }, plainUdpBytes)
  const decoded = dnsPacket.decode(bytes)
  assert.equal(decoded.flag_tc, true)
  assert.equal(decoded.answers?.length, 0)
  assert.equal(decoded.questions?.[0]?.name, endpointName)
})

test('the question is echoed byte for byte, upper case and strange octets included', () => {
  const question = Buffer.from([3, 0x41, 0xff, 0x2e, 2, 0x42, 0x5c, 0, 0, 1, 0, 1])
  const query = parsed(Buffer.concat([Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), question]))
  assert.equal(query.question.name, 'a\u00ff\\..b\\\\')
  const response = encodeResponse(query, emptyResponse(rcodes.SERVFAIL), 512)
  assert.deepEqual(response.subarray(12), question)
})

test('payload size: what the client takes, within what we send', () => {
  for (const [size, bytes] of [
    [undefined, 512],
    [100, 512],
    [1232, 1232],
    [65_535, 4096],
  ] as const) {
    const query = parsed(queryFor('a.b', size === undefined ? undefined : { udpPayloadSize: size }))
    assert.equal(maxResponseBytes(query, 'udp'), bytes)
    assert.equal(maxResponseBytes(query, 'tcp'), 65_535)
  }
})

const header = (fields: { flags?: number; counts?: readonly [number, number, number, number] }) => {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt16BE(0xbeef, 0)
  bytes.writeUInt16BE(fields.flags ?? 0x01_00, 2)
  for (const [i, count] of (fields.counts ?? [1, 0, 0, 0]).entries()) bytes.writeUInt16BE(count, 4 + 2 * i)
  return bytes
}
const question = Buffer.from([1, 0x61, 0, 0, 1, 0, 1])
const opt = Buffer.from([0, 0, 41, 16, 0, 0, 0, 0, 0, 0, 0])
const longLabel = Buffer.concat([Buffer.from([63]), Buffer.alloc(63, 0x61)])
const typeAndClass = Buffer.from([0, 1, 0, 1])

for (const [title, bytes, expected] of [
  ['nothing at all', Buffer.alloc(0), 'ignore'],
  ['eleven bytes', Buffer.alloc(11), 'ignore'],
  ['a response', Buffer.concat([header({ flags: 0x81_80 }), question]), 'ignore'],
  ['an inverse query', Buffer.concat([header({ flags: 0x08_00 }), question]), rcodes.NOTIMP],
  ['a dynamic update', Buffer.concat([header({ flags: 0x28_00 }), question]), rcodes.NOTIMP],
  ['no question', header({ counts: [0, 0, 0, 0] }), rcodes.FORMERR],
  ['two questions', Buffer.concat([header({ counts: [2, 0, 0, 0] }), question, question]), rcodes.FORMERR],
  ['a question that is not there', header({}), rcodes.FORMERR],
  ['a question cut in its name', Buffer.concat([header({}), Buffer.from([9, 0x61])]), rcodes.FORMERR],
  ['a question cut before its class', Buffer.concat([header({}), question.subarray(0, 5)]), rcodes.FORMERR],
  ['a name that points to itself', Buffer.concat([header({}), Buffer.from([0xc0, 12, 0, 1, 0, 1])]), rcodes.FORMERR],
  ['a label of a reserved kind', Buffer.concat([header({}), Buffer.from([0x41, 0x61, 0, 0, 1, 0, 1])]), rcodes.FORMERR],
  [
    'a name of 257 octets',
    Buffer.concat([header({}), longLabel, longLabel, longLabel, longLabel, Buffer.from([0]), typeAndClass]),
    rcodes.FORMERR,
  ],
  ['records that are not there', Buffer.concat([header({ counts: [1, 0, 0, 1] }), question]), rcodes.FORMERR],
  ['two OPT records', Buffer.concat([header({ counts: [1, 0, 0, 2] }), question, opt, opt]), rcodes.FORMERR],
  ['an OPT among the answers', Buffer.concat([header({ counts: [1, 1, 0, 0] }), question, opt]), rcodes.FORMERR],
  [
    'an OPT that has a name',
    Buffer.concat([header({ counts: [1, 0, 0, 1] }), question, Buffer.from([1, 0x61]), opt]),
    rcodes.FORMERR,
  ],
  [
    'an OPT longer than the message',
    Buffer.concat([header({ counts: [1, 0, 0, 1] }), question, opt.subarray(0, 9), Buffer.from([0, 9])]),
    rcodes.FORMERR,
  ],
] as const) {
  test(`a message with ${title}: ${expected === 'ignore' ? 'no answer' : `rcode ${expected}`}`, () => {
    const result = parseQuery(bytes)
    if (expected === 'ignore') return assert.deepEqual(result, { kind: 'ignore' })
    assert.equal(result.kind, 'refuse')
    const { response } = result as { response: Buffer }
    assert.equal(response.length, 12)
    assert.equal(response.readUInt16BE(0), 0xbeef)
    assert.equal(response.readUInt16BE(2) & 0x80_0f, 0x80_00 | expected)
    assert.equal(response.readUInt16BE(2) & 0x78_00, bytes.readUInt16BE(2) & 0x78_00)
  })
}

test('the longest name that there may be is read', () => {
  const lastLabel = Buffer.concat([Buffer.from([61]), Buffer.alloc(61, 0x62)])
  const name = Buffer.concat([longLabel, longLabel, longLabel, lastLabel, Buffer.from([0])])
  assert.equal(name.length, 255)
  assert.equal(parsed(Buffer.concat([header({}), name, typeAndClass])).question.name.length, 253)
})

test('whatever the bytes, a message is read without a throw, and what is read can be answered', () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 600, size: 'max' }),
    // A header that asks one question, so that the reading goes on behind it.
    fc
      .tuple(fc.integer({ min: 0, max: 3 }), fc.uint8Array({ maxLength: 300, size: 'max' }))
      .map(([additional, rest]) => Buffer.concat([header({ counts: [1, 0, 0, additional] }), rest])),
    // A good query with one octet changed, and cut.
    fc.tuple(domain, fc.nat(), fc.nat(255), fc.nat()).map(([name, at, octet, end]) => {
      const bytes = queryFor(name, { udpPayloadSize: 1232 })
      bytes[at % bytes.length] = octet
      return bytes.subarray(0, end % 2 ? bytes.length : end % (bytes.length + 1))
    }),
  )
  fc.assert(
    fc.property(anything, (raw) => {
      const result = parseQuery(Buffer.from(raw))
      if (result.kind !== 'query') return
      const soa = {
        type: 'SOA' as const,
        name: result.query.question.name,
        ttlSeconds: 1,
        mname: 'ns.a',
        rname: 'b',
        minimumSeconds: 1,
      }
      const response = encodeResponse(
        result.query,
        { rcode: rcodes.NOERROR, answers: [], authorities: [soa] },
        maxResponseBytes(result.query, 'udp'),
      )
      assert.equal(response.readUInt16BE(0), result.query.id)
      assert.ok(response.length <= maxResponseBytes(result.query, 'udp'))
    }),
    { seed: 13, numRuns: 5_000 },
  )
})
