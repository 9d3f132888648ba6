import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { crc32c } from './crc32c.ts'
import {
  awsSubtype,
  encodeProxyHeader,
  localHeader,
  maxHeaderBytes,
  type ProxyHeader,
  parseProxyHeader,
  type Tlv,
  textTlv,
  tlvType,
  vpcEndpointIdOf,
} from './proxy-protocol.ts'

/** From a load balancer of AWS: reference section 7.2. */
const capture = Buffer.from(
  `0d0a0d0a000d0a515549540a 21110054 ac1f0771ac1f0a1fc8f20050 030004e8d6892d
   ea001701${Buffer.from('vpce-08d2bf15fac5001c9').toString('hex')} 040024${'00'.repeat(36)}`.replace(/\s/g, ''),
  'hex',
)
const captured = {
  family: 'ipv4',
  transport: 'tcp',
  sourceIp: '172.31.7.113',
  destinationIp: '172.31.10.31',
  sourcePort: 51442,
  destinationPort: 80,
} as const

const endpointTlv = textTlv(tlvType.aws, awsSubtype.vpcEndpointId, 'vpce-08d2bf15fac5001c9')

function parsed(bytes: Uint8Array): ProxyHeader {
  const header = parseProxyHeader(bytes)
  assert.ok(typeof header === 'object' && 'command' in header, JSON.stringify(header))
  return header
}

/** A header by hand. */
function raw(commandAndFamily: string, body: string, length = body.length / 2): Buffer {
  const size = length.toString(16).padStart(4, '0')
  return Buffer.from(`0d0a0d0a000d0a515549540a${commandAndFamily}${size}${body}`, 'hex')
}

test('CRC-32C of the check string, RFC 3720', () => {
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283)
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa)
})

test("the capture of AWS's header is what we write, byte by byte", () => {
  assert.deepEqual(Buffer.from(encodeProxyHeader(captured, [endpointTlv])), capture)
})

test("the capture of AWS's header is what we read", () => {
  const header = parsed(capture)
  assert.equal(header.command, 'PROXY')
  assert.deepEqual(header.addresses, captured)
  assert.equal(vpcEndpointIdOf(header.tlvs), 'vpce-08d2bf15fac5001c9')
  assert.equal(header.lengthBytes, capture.length)
})

test('without an endpoint the header is as long, and names none', () => {
  const bytes = encodeProxyHeader(captured, [])
  assert.equal(bytes.length, capture.length)
  assert.equal(vpcEndpointIdOf(parsed(bytes).tlvs), undefined)
})

test('what is longer than the filling is not filled', () => {
  const bytes = encodeProxyHeader(captured, [endpointTlv, textTlv(0xe0, 1, 'x'.repeat(40))])
  assert.deepEqual(
    parsed(bytes).tlvs.map(({ type }) => type),
    [0x03, 0xea, 0xe0],
  )
})

test('every prefix of a header may become one; what follows it is left alone', () => {
  for (let i = 0; i < capture.length; i++) assert.equal(parseProxyHeader(capture.subarray(0, i)), 'more')
  assert.equal(parsed(Buffer.concat([capture, Buffer.from('GET /')])).lengthBytes, capture.length)
})

test('LOCAL: nothing of it counts', () => {
  assert.deepEqual(parseProxyHeader(localHeader), { command: 'LOCAL', tlvs: [], lengthBytes: 16 })
  assert.deepEqual(parseProxyHeader(raw('2011', 'ff')), { command: 'LOCAL', tlvs: [], lengthBytes: 17 })
})

const ipv4Body = '0a0000010a00000200010002'
for (const { name, bytes, says } of [
  { name: 'plain bytes', bytes: Buffer.from('GET / HTTP/1.1'), says: /signature/ },
  { name: 'version 1 on the wire of version 2', bytes: raw('1111', ipv4Body), says: /version 1/ },
  { name: 'an unknown command', bytes: raw('2211', ipv4Body), says: /command 2/ },
  { name: 'addresses that are not there', bytes: raw('2111', '0a000001'), says: /too short/ },
  { name: 'a TLV of two bytes', bytes: raw('2111', `${ipv4Body}ea00`), says: /past the end/ },
  { name: 'a TLV that is longer than the rest', bytes: raw('2111', `${ipv4Body}ea000501`), says: /past the end/ },
  { name: 'a TLV of 65535 bytes', bytes: raw('2111', `${ipv4Body}eaffff01`), says: /past the end/ },
  { name: 'a wrong checksum', bytes: raw('2111', `${ipv4Body}03000400000000`), says: /checksum/ },
  { name: 'a checksum of three bytes', bytes: raw('2111', `${ipv4Body}030003000000`), says: /checksum/ },
  { name: 'more than anybody sends', bytes: raw('2111', '', maxHeaderBytes), says: /bytes long/ },
]) {
  test(`malformed: ${name}`, () => {
    const header = parseProxyHeader(bytes)
    assert.ok(typeof header === 'object' && 'malformed' in header, JSON.stringify(header))
    assert.match(header.malformed, says)
  })
}

test('TLVs without a value, and with zeros in it', () => {
  const zeros: Tlv = { type: 0xea, value: Uint8Array.of(1, 0x76, 0, 0x65) }
  const { tlvs } = parsed(encodeProxyHeader(captured, [{ type: 0x05, value: new Uint8Array() }, zeros]))
  assert.deepEqual(
    tlvs.slice(1, 3).map(({ type, value }) => [type, [...value]]),
    [
      [0x05, []],
      [0xea, [1, 0x76, 0, 0x65]],
    ],
  )
  assert.equal(vpcEndpointIdOf(tlvs), 'v\0e')
})

test('families that say nothing of addresses: AF_UNSPEC, AF_UNIX', () => {
  assert.equal(parsed(raw('2100', '')).addresses, undefined)
  assert.equal(parsed(raw('2131', '00'.repeat(216))).addresses, undefined)
  assert.equal(parsed(raw('2141', 'ff')).addresses, undefined)
})

const octets = (n: number) => fc.array(fc.nat({ max: 255 }), { minLength: n, maxLength: n })
const port = fc.nat({ max: 65535 })
const ipv4 = octets(4).map((bytes) => bytes.join('.'))
/** In canonical text: no group is zero, so none is left out. */
const ipv6 = fc
  .array(fc.integer({ min: 1, max: 65535 }), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.map((group) => group.toString(16)).join(':'))
const anyAddresses = fc.oneof(
  fc.record({ family: fc.constant('ipv4' as const), sourceIp: ipv4, destinationIp: ipv4 }),
  fc.record({ family: fc.constant('ipv6' as const), sourceIp: ipv6, destinationIp: ipv6 }),
)
const anyTlv = fc.record({
  type: fc.integer({ min: 0xe0, max: 0xef }),
  value: fc.uint8Array({ maxLength: 60 }),
})

test('what is written is read back', () => {
  fc.assert(
    fc.property(
      anyAddresses,
      port,
      port,
      fc.array(anyTlv, { maxLength: 5 }),
      (ends, sourcePort, destinationPort, tlvs) => {
        const addresses = { ...ends, transport: 'tcp', sourcePort, destinationPort } as const
        const bytes = encodeProxyHeader(addresses, tlvs)
        const header = parsed(bytes)
        assert.deepEqual({ ...header.addresses }, addresses)
        assert.deepEqual(
          header.tlvs.slice(1, 1 + tlvs.length).map(({ type, value }) => ({ type, value: Uint8Array.from(value) })),
          tlvs.map(({ type, value }) => ({ type, value })),
        )
        assert.equal(header.lengthBytes, bytes.length)
      },
    ),
    { seed: 4, numRuns: 300 },
  )
})

test('a header with any byte changed is read, refused or waited for', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 99 }), fc.nat({ max: 255 })), { maxLength: 4 }), (changes) => {
      const bytes = Buffer.from(capture)
      for (const [at, value] of changes) bytes[at] = value
      const header = parseProxyHeader(bytes)
      assert.ok(header === 'more' || 'malformed' in header || header.lengthBytes <= bytes.length)
    }),
    { seed: 4, numRuns: 2000 },
  )
})
