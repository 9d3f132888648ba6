import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import dnsPacket from 'dns-packet'
import fc from 'fast-check'
import type { DnsConfig } from '../plan/program.ts'
import { createDnsServer, type DnsServerOptions } from './server.ts'

/** Loopback addresses stand for the fabric addresses of three VPCs. */
const vpcA = '127.0.0.2'
const vpcOff = '127.0.0.3'
const vpcB = '127.0.0.4'
const stranger = '127.0.0.5'

const name = 'vpce-1-a.vpce-svc-2.us-east-1.vpce.amazonaws.com'
const instance = 'ip-10-0-1-10.ec2.internal'
const config: DnsConfig = {
  publicNames: new Map([[name, { ttlSeconds: 60, a: ['10.0.1.50'] }]]),
  vpcs: new Map([
    [vpcA, { vpcId: 'vpc-a', enabled: true, names: new Map([[instance, { ttlSeconds: 60, a: ['10.0.1.10'] }]]) }],
    [vpcOff, { vpcId: 'vpc-off', enabled: false, names: new Map() }],
    [vpcB, { vpcId: 'vpc-b', enabled: true, names: new Map() }],
  ]),
}

async function aServer(t: TestContext, options: Partial<DnsServerOptions> = {}) {
  const server = createDnsServer({
    listenIp: '127.0.0.1',
    port: 0,
    resolveUpstream: async () => undefined,
    log: { warn: () => {} },
    ...options,
  })
  server.update(config)
  await server.start()
  t.after(() => server.close())
  return server
}

const query = (of: string, id = 7) =>
  dnsPacket.encode({ type: 'query', id, flags: dnsPacket.RECURSION_DESIRED, questions: [{ type: 'A', name: of }] })

async function udpClient(t: TestContext, port: number, from = vpcA) {
  const socket = createSocket('udp4')
  t.after(() => socket.close())
  socket.bind(0, from)
  await once(socket, 'listening')
  return {
    send: (message: Buffer) => socket.send(message, port, '127.0.0.1'),
    receive: async () => {
      const [bytes] = (await once(socket, 'message')) as [Buffer]
      return dnsPacket.decode(bytes)
    },
  }
}

async function tcpClient(t: TestContext, port: number, from = vpcA) {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true })
  socket.on('error', () => {})
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  return { socket, messages: tcpMessages(socket) }
}

/** The messages that come over a connection, until it ends. */
async function* tcpMessages(socket: Socket): AsyncGenerator<dnsPacket.DecodedPacket, void> {
  let pending = Buffer.alloc(0)
  for await (const chunk of socket) {
    pending = Buffer.concat([pending, chunk as Buffer])
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0)
      yield dnsPacket.decode(pending.subarray(2, end))
      pending = pending.subarray(end)
    }
  }
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}

const dataOf = (packet: dnsPacket.Packet | undefined) =>
  packet?.answers?.map((answer) => ('data' in answer ? answer.data : undefined))

async function next(messages: AsyncGenerator<dnsPacket.DecodedPacket, void>) {
  const { value } = await messages.next()
  return value ?? undefined
}

test('over UDP: VPCs are told apart by their source address', async (t) => {
  const server = await aServer(t)
  const a = await udpClient(t, server.port(), vpcA)
  const b = await udpClient(t, server.port(), vpcB)
  const other = await udpClient(t, server.port(), stranger)
  const answers = Promise.all([a.receive(), b.receive(), other.receive()])
  for (const client of [a, b, other]) client.send(query(instance))
  const [fromA, fromB, fromOther] = (await answers) as unknown as { rcode: string }[]
  assert.deepEqual(dataOf(fromA as dnsPacket.Packet), ['10.0.1.10'])
  assert.equal(fromB?.rcode, 'NXDOMAIN')
  assert.equal(fromOther?.rcode, 'REFUSED')
})

test('over UDP: no answer to a VPC without DNS support', async (t) => {
  const server = await aServer(t)
  const off = await udpClient(t, server.port(), vpcOff)
  let answered = false
  off.receive().then(
    () => {
      answered = true
    },
    () => {},
  )
  off.send(query(name, 1))
  // The socket serves in order: once a later question of another VPC is answered, the first has been dealt with.
  const a = await udpClient(t, server.port(), vpcA)
  const answer = a.receive()
  a.send(query(name, 2))
  await answer
  assert.equal(server.stats().ignored, 1)
  assert.equal(answered, false)
})

test('a new configuration counts from the next question on', async (t) => {
  const server = await aServer(t)
  const client = await udpClient(t, server.port())
  server.update({ ...config, publicNames: new Map([[name, { ttlSeconds: 60, a: ['10.0.2.50'] }]]) })
  const answer = client.receive()
  client.send(query(name))
  assert.deepEqual(dataOf(await answer), ['10.0.2.50'])
})

test('over TCP: several questions on one connection, in one segment or octet by octet', async (t) => {
  const server = await aServer(t)
  const { socket, messages } = await tcpClient(t, server.port())
  socket.write(Buffer.concat(Array.from({ length: 100 }, (_, id) => framed(query(name, id)))))
  for (let id = 0; id < 100; id++) {
    const answer = await next(messages)
    assert.equal(answer?.id, id)
    assert.deepEqual(dataOf(answer), ['10.0.1.50'])
  }
  for (const octet of framed(query(instance, 200))) socket.write(Buffer.from([octet]))
  assert.deepEqual(dataOf(await next(messages)), ['10.0.1.10'])
})

test('over TCP: a client that has said all it will still gets its answers', async (t) => {
  const upstream = Promise.withResolvers<Buffer | undefined>()
  const server = await aServer(t, { resolveUpstream: () => upstream.promise })
  const { socket, messages } = await tcpClient(t, server.port())
  socket.end(Buffer.concat([framed(query('example.com', 1)), framed(query(name, 2))]))
  assert.equal((await next(messages))?.id, 2, 'answers come in the order in which they are ready')
  upstream.resolve(dnsPacket.encode({ type: 'response', questions: [{ type: 'A', name: 'example.com' }] }))
  assert.equal((await next(messages))?.id, 1)
  assert.equal(await next(messages), undefined, 'then the connection ends')
})

test('over TCP: no more questions are taken than may be in work, and all are answered in the end', async (t) => {
  const open: ((answer: Buffer | undefined) => void)[] = []
  const server = await aServer(t, {
    resolveUpstream: () => new Promise((resolve) => open.push(resolve)),
    limits: { inFlightPerConnection: 4 },
  })
  const { socket, messages } = await tcpClient(t, server.port())
  socket.write(Buffer.concat(Array.from({ length: 20 }, (_, id) => framed(query('example.com', id)))))
  const ids = new Set<number | undefined>()
  const reading = (async () => {
    for await (const answer of messages) if (ids.add(answer.id).size === 20) break
  })()
  let most = 0
  while (ids.size < 20) {
    most = Math.max(most, open.length)
    // Only when as many are open as may be, or as are left: what would go beyond has had its chance to show.
    if (open.length >= Math.min(4, 20 - ids.size)) for (const settle of open.splice(0)) settle(undefined)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await reading
  assert.equal(most, 4)
})

test('over TCP: bytes that are no query, and a VPC without DNS support, end the connection', async (t) => {
  const server = await aServer(t)
  const nonsense = await tcpClient(t, server.port())
  nonsense.socket.write(framed(Buffer.alloc(3)))
  assert.equal(await next(nonsense.messages), undefined)
  const off = await tcpClient(t, server.port(), vpcOff)
  off.socket.write(framed(query(name)))
  assert.equal(await next(off.messages), undefined)
})

test('over TCP: an idle connection is closed', async (t) => {
  const server = await aServer(t, { limits: { idleTimeoutMs: 20 } })
  const { messages } = await tcpClient(t, server.port())
  assert.equal(await next(messages), undefined)
})

test('over TCP: connections are bounded, per VPC and in all', async (t) => {
  const server = await aServer(t, { limits: { connections: 3, connectionsPerPeer: 2 } })
  const serves = async (from: string) => {
    const { socket, messages } = await tcpClient(t, server.port(), from)
    socket.write(framed(query(name)))
    const answer = await next(messages).catch(() => undefined)
    return { socket, served: answer !== undefined }
  }
  const first = await serves(vpcA)
  assert.equal(first.served, true)
  assert.equal((await serves(vpcA)).served, true)
  assert.equal((await serves(vpcA)).served, false, 'the third of one VPC')
  assert.equal((await serves(vpcB)).served, true)
  assert.equal((await serves(vpcB)).served, false, 'the fourth in all')
  first.socket.destroy()
  while (server.stats().tcpConnections === 3) await new Promise((resolve) => setImmediate(resolve))
  assert.equal((await serves(vpcB)).served, true, 'room again')
})

test('a port in use is an error at start that leaves nothing open', async (t) => {
  const server = await aServer(t)
  const second = createDnsServer({
    listenIp: '127.0.0.1',
    port: server.port(),
    resolveUpstream: async () => undefined,
    log: { warn: () => {} },
  })
  await assert.rejects(second.start(), { code: 'EADDRINUSE' })

  // UDP alone taken: the TCP socket that was already open goes too.
  const taken = createSocket('udp4')
  t.after(() => taken.close())
  taken.bind(0, '127.0.0.1')
  await once(taken, 'listening')
  const third = createDnsServer({
    listenIp: '127.0.0.1',
    port: taken.address().port,
    resolveUpstream: async () => undefined,
    log: { warn: () => {} },
  })
  await assert.rejects(third.start(), { code: 'EADDRINUSE' })
  const probe = connect(taken.address().port, '127.0.0.1')
  await assert.rejects(once(probe, 'connect'), { code: 'ECONNREFUSED' })
})

test('close frees sockets and connections', async (t) => {
  const server = await aServer(t)
  const { messages } = await tcpClient(t, server.port())
  await server.close()
  assert.equal(await next(messages), undefined)
  const again = createDnsServer({
    listenIp: '127.0.0.1',
    port: server.port(),
    resolveUpstream: async () => undefined,
    log: { warn: () => {} },
  })
  await again.start()
  await again.close()
})

test('random datagrams and random streams leave the server serving', async (t) => {
  const server = await aServer(t)
  const client = await udpClient(t, server.port())
  const samples = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 300, size: 'max' }), { seed: 31, numRuns: 500 })
  for (const [i, raw] of samples.entries()) {
    const bytes = Buffer.from(raw)
    if (i % 2 && bytes.length >= 12) query(name).copy(bytes, 0, 0, 12)
    client.send(bytes)
  }
  for (const raw of samples.slice(0, 50)) {
    const { socket } = await tcpClient(t, server.port())
    socket.on('data', () => {})
    socket.end(Buffer.from(raw))
  }
  const { socket, messages } = await tcpClient(t, server.port())
  socket.write(framed(query(name)))
  assert.deepEqual(dataOf(await next(messages)), ['10.0.1.50'])
  const last = await udpClient(t, server.port())
  const answer = last.receive()
  last.send(query(name))
  assert.deepEqual(dataOf(await answer), ['10.0.1.50'])
  assert.ok(server.stats().malformed > 100)
})
