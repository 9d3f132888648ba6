import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import dnsPacket from 'dns-packet'
import fc from 'fast-check'
import type { DnsConfig } from '../plan/program.ts'
import { createResolver, type Resolver, type ResolverLimits, type ResolveUpstream } from './resolver.ts'

const name = 'vpce-1-a.vpce-svc-2.us-east-1.vpce.amazonaws.com'
const config: DnsConfig = {
  publicNames: new Map([[name, { ttlSeconds: 60, a: ['10.0.1.50', '10.0.2.50'] }]]),
  vpcs: new Map([
    ['240.0.0.16', { vpcId: 'vpc-a', enabled: true, names: new Map() }],
    ['240.0.0.17', { vpcId: 'vpc-off', enabled: false, names: new Map() }],
    ['240.0.0.18', { vpcId: 'vpc-b', enabled: true, names: new Map() }],
  ]),
}

function aResolver(resolveUpstream: ResolveUpstream = async () => undefined, limits: Partial<ResolverLimits> = {}) {
  const warnings: string[] = []
  const resolver = createResolver({
    resolveUpstream,
    limits,
    log: { warn: (_: unknown, message?: string) => warnings.push(message ?? '') },
  })
  resolver.update(config)
  return { resolver, warnings }
}

const query = (of: string, fields: { id?: number; udpPayloadSize?: number; ednsVersion?: number } = {}) =>
  dnsPacket.encode({
    type: 'query',
    id: fields.id ?? 7,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ type: 'A', name: of }],
    additionals:
      fields.udpPayloadSize === undefined
        ? []
        : [
            {
              type: 'OPT',
              name: '.',
              udpPayloadSize: fields.udpPayloadSize,
              extendedRcode: 0,
              ednsVersion: fields.ednsVersion ?? 0,
              flags: 0,
              flag_do: false,
              options: [],
            },
          ],
  })

function ask(
  resolver: Resolver,
  message: Buffer,
  peerIp = '240.0.0.16',
  transport: 'udp' | 'tcp' = 'udp',
): Promise<Buffer | undefined> {
  return new Promise((resolve) => resolver.handle(message, peerIp, transport, resolve))
}

const rcodeOf = (response: Buffer | undefined) => (response ? (response[3] ?? 0) & 0xf : undefined)

function addresses(response: Buffer | undefined): string[] {
  assert.ok(response)
  return (dnsPacket.decode(response).answers ?? []).map((answer) => String('data' in answer ? answer.data : ''))
}

test('successive answers begin with each address in turn', async () => {
  const { resolver } = aResolver()
  const firsts = []
  for (let i = 0; i < 4; i++) {
    firsts.push(addresses(await ask(resolver, query(name)))[0])
    // Another type in between does not turn the addresses.
    await ask(resolver, dnsPacket.encode({ type: 'query', id: 1, questions: [{ type: 'AAAA', name }] }))
  }
  assert.notEqual(firsts[0], firsts[1])
  assert.deepEqual(firsts.slice(2), firsts.slice(0, 2))
})

test('an unknown name is handed upstream as it came, and the answer comes back under the id of the question', async () => {
  const seen: Buffer[] = []
  const upstream = dnsPacket.encode({
    type: 'response',
    id: 0,
    questions: [{ type: 'A', name: 'example.com' }],
    answers: [{ type: 'A', name: 'example.com', data: '192.0.2.1' }],
  })
  const { resolver } = aResolver(async (bytes) => {
    seen.push(bytes)
    return upstream
  })
  const question = query('Example.com', { id: 0x4711, udpPayloadSize: 1232 })
  const response = await ask(resolver, question)
  assert.deepEqual(seen, [question])
  assert.equal(response?.readUInt16BE(0), 0x4711)
  assert.deepEqual(addresses(response), ['192.0.2.1'])
  assert.equal(upstream.readUInt16BE(0), 0, "upstream's buffer is not ours to change")
})

for (const [title, resolveUpstream, warns] of [
  ['none is there', async () => undefined, false],
  ['it cannot be asked', () => Promise.reject(new Error('link is down')), true],
  ['it answers with too little', async () => Buffer.alloc(5), false],
  ['it answers with a question', async (bytes: Buffer) => bytes, false],
] as const) {
  test(`upstream: ${title}: SERVFAIL`, async () => {
    const { resolver, warnings } = aResolver(resolveUpstream)
    const response = await ask(resolver, query('example.com'))
    assert.equal(rcodeOf(response), 2)
    assert.equal(warnings.length, warns ? 1 : 0)
    assert.equal(resolver.stats().upstreamFailed, 1)
    assert.equal(resolver.stats().upstreamInFlight, 0)
  })
}

test('upstream that never answers: SERVFAIL at the deadline, and its late answer is dropped', async (t: TestContext) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const late = Promise.withResolvers<Buffer | undefined>()
  const { resolver } = aResolver(() => late.promise, { upstreamTimeoutMs: 4_900 })
  let replies = 0
  const response = new Promise<Buffer | undefined>((resolve) =>
    resolver.handle(query('example.com'), '240.0.0.16', 'udp', (bytes) => {
      replies++
      resolve(bytes)
    }),
  )
  t.mock.timers.tick(4_899)
  assert.equal(replies, 0)
  t.mock.timers.tick(1)
  assert.equal(rcodeOf(await response), 2)
  late.resolve(dnsPacket.encode({ type: 'response', questions: [] }))
  await late.promise
  await Promise.resolve()
  assert.equal(replies, 1)
  assert.equal(resolver.stats().upstreamInFlight, 0)
})

test('questions open upstream are bounded, per VPC and in all', async () => {
  const open: ((answer: Buffer | undefined) => void)[] = []
  const { resolver } = aResolver(() => new Promise((resolve) => open.push(resolve)), {
    upstreamInFlight: 3,
    upstreamInFlightPerVpc: 2,
  })
  const first = [ask(resolver, query('a.example')), ask(resolver, query('b.example'))]
  assert.equal(rcodeOf(await ask(resolver, query('c.example'))), 2, 'the third of one VPC')
  const other = ask(resolver, query('a.example'), '240.0.0.18')
  assert.equal(rcodeOf(await ask(resolver, query('b.example'), '240.0.0.18')), 2, 'the fourth in all')
  assert.equal(rcodeOf(await ask(resolver, query(name))), 0, 'our own names need no upstream')
  assert.equal(resolver.stats().upstreamRefused, 2)
  for (const settle of open.splice(0)) settle(undefined)
  await Promise.all([...first, other])
  const again = ask(resolver, query('c.example'))
  assert.equal(open.length, 1, 'room again')
  open[0]?.(undefined)
  await again
})

test("upstream's answer is cut to what the client takes", async () => {
  const long = dnsPacket.encode({
    type: 'response',
    questions: [{ type: 'A', name: 'example.com' }],
    answers: Array.from({ length: 60 }, () => ({ type: 'A' as const, name: 'example.com', data: '192.0.2.1' })),
  })
  assert.ok(long.length > 1232 && long.length < 4096)
  const { resolver } = aResolver(async () => long)
  for (const [fields, transport, count] of [
    [{}, 'udp', 0],
    [{ udpPayloadSize: 1232 }, 'udp', 0],
    [{ udpPayloadSize: 4096 }, 'udp', 60],
    [{}, 'tcp', 60],
  ] as const) {
    const response = await ask(resolver, query('example.com', fields), '240.0.0.16', transport)
    assert.ok(response)
    const decoded = dnsPacket.decode(response)
    assert.equal(decoded.answers?.length, count)
    assert.equal(decoded.flag_tc, count === 0)
  }
  assert.equal(resolver.stats().truncated, 2)
})

test('silence: a VPC without DNS support whatever it sends, and everybody before the first configuration', async () => {
  const { resolver } = aResolver()
  assert.equal(await ask(resolver, query(name), '240.0.0.17'), undefined)
  assert.equal(await ask(resolver, query('example.com'), '240.0.0.17'), undefined)
  assert.equal(await ask(resolver, Buffer.alloc(12), '240.0.0.17'), undefined)
  const early = createResolver({ resolveUpstream: async () => undefined, log: { warn: () => {} } })
  assert.equal(await ask(early, query(name)), undefined)
  early.update(config)
  assert.equal(rcodeOf(await ask(early, query(name))), 0)
})

test('an unknown source is refused, a header without a question is FORMERR, EDNS 1 is BADVERS', async () => {
  const { resolver } = aResolver()
  assert.equal(rcodeOf(await ask(resolver, query(name), '240.0.0.99')), 5)
  assert.equal(rcodeOf(await ask(resolver, Buffer.alloc(12))), 1)
  const response = await ask(resolver, query(name, { udpPayloadSize: 1232, ednsVersion: 1 }))
  assert.ok(response)
  const opt = dnsPacket.decode(response).additionals?.[0]
  assert.ok(opt?.type === 'OPT')
  assert.equal((opt.extendedRcode << 4) | (rcodeOf(response) ?? 0), 16)
})

test('every message is answered once or not at all, and counted, whatever its bytes', async () => {
  const { resolver } = aResolver(async () => undefined)
  const before = { ...resolver.stats() }
  let runs = 0
  let replies = 0
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 80, size: 'max' }),
      fc.boolean(),
      fc.constantFrom('240.0.0.16', '240.0.0.17', '240.0.0.99'),
      fc.constantFrom('udp' as const, 'tcp' as const),
      async (raw, likeQuery, peerIp, transport) => {
        const bytes = Buffer.from(raw)
        // Half of them begin like a good query, as far as they go, so that more than the header is exercised.
        if (likeQuery) query('a.b').copy(bytes)
        runs++
        const response = await ask(resolver, bytes, peerIp, transport)
        replies++
        if (response) assert.equal(response.readUInt16BE(0), bytes.readUInt16BE(0))
      },
    ),
    { seed: 21, numRuns: 3_000 },
  )
  const { queries, answered, forwarded, malformed, refused, ignored } = resolver.stats()
  assert.equal(replies, runs)
  assert.equal(queries - before.queries, runs)
  assert.equal(answered + forwarded + malformed + refused + ignored, queries)
  assert.ok(forwarded > 0 && malformed > 0 && refused > 0 && ignored > 0)
})
