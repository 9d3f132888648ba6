import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import {
  type ConnectionOptions,
  connect as connectTls,
  createServer as createTlsServer,
  type TLSSocket,
} from 'node:tls'
import { selfSigned } from '../../test/support/health-certificate.ts'
import { anyExampleOrg, apiExampleCom } from '../../test/support/relay-certificates.ts'
import { encodeProxyHeader, type ProxyHeader, parseProxyHeader, vpcEndpointIdOf } from '../net/proxy-protocol.ts'
import type { RelayDoor } from '../plan/relay.ts'
import { RelayWorker } from './worker.ts'

const loopback = '127.0.0.1'
const portOf = (server: Server): number => (server.address() as AddressInfo).port

async function listening(server: Server, host = loopback): Promise<Server> {
  server.listen(0, host)
  await once(server, 'listening')
  return server
}

/** A relay on loopback with one door to a target that does what `serve` says. */
async function aDoor(
  t: TestContext,
  serve: (socket: Socket) => void,
  wish: Partial<RelayDoor> = {},
  target: Server = createServer({ allowHalfOpen: true }, serve),
  quietFor?: ConstructorParameters<typeof RelayWorker>[0],
) {
  const worker = new RelayWorker(quietFor)
  await listening(target)
  const front = await listening(
    createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => worker.accept(socket)),
  )
  const door: RelayDoor = {
    key: `${loopback}:${portOf(front)}`,
    netns: '',
    listenIp: loopback,
    port: portOf(front),
    owner: 'vpc-endpoint/vpce-1',
    connectFromIp: '127.0.0.2',
    connectIp: loopback,
    connectPort: portOf(target),
    idleTimeoutMs: 350_000,
    ...wish,
  }
  worker.change({
    doors: [door],
    withoutDoors: [],
    certificates: { one: { certificatePem: selfSigned.cert, privateKeyPem: selfSigned.key } },
    withoutCertificates: [],
    cut: [],
  })
  t.after(() => {
    worker.close()
    front.close()
    target.close()
  })
  const open = (): Socket => {
    const socket = connect({ host: loopback, port: portOf(front), allowHalfOpen: true })
    // The test's end breaks what is still open.
    socket.on('error', () => {})
    return socket
  }
  return { worker, door, open, port: portOf(front) }
}

/** Until the other side's end; ours stays open, which an async iterator would close. */
async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'end')
  return Buffer.concat(chunks)
}

const echo = (socket: Socket): void => {
  socket.on('error', () => {})
  socket.pipe(socket)
}

function splitHeader(bytes: Buffer): { header: ProxyHeader; rest: string } {
  const header = parseProxyHeader(bytes)
  assert.ok(typeof header === 'object' && 'command' in header, JSON.stringify(header))
  return { header, rest: bytes.subarray(header.lengthBytes).toString() }
}

const header = { destinationIp: '10.0.1.5', destinationPort: 443, vpcEndpointId: 'vpce-08d2bf15fac5001c9' }

test('a connection begins with a header that tells who it is; both ends are passed on', async (t) => {
  const { open, worker } = await aDoor(t, echo, { header })
  const client = open()
  client.end('hello')
  const { localPort } = client
  const { header: said, rest } = splitHeader(await readAll(client))
  assert.equal(rest, 'hello')
  assert.deepEqual(said.addresses, {
    family: 'ipv4',
    transport: 'tcp',
    sourceIp: loopback,
    destinationIp: '10.0.1.5',
    sourcePort: localPort ?? said.addresses?.sourcePort,
    destinationPort: 443,
  })
  assert.equal(vpcEndpointIdOf(said.tlvs), 'vpce-08d2bf15fac5001c9')
  assert.equal(worker.statistics().accepted, 1)
})

test('the target sees the relay under the address of that endpoint, and it can be asked whose it is', async (t) => {
  const seen = Promise.withResolvers<{ ip: string | undefined; port: number | undefined }>()
  const { open, worker, door } = await aDoor(t, (socket) => {
    seen.resolve({ ip: socket.remoteAddress, port: socket.remotePort })
    echo(socket)
  })
  const client = open()
  const { ip = '', port = 0 } = await seen.promise
  assert.equal(ip, '127.0.0.2')
  assert.deepEqual(worker.find(ip, port), { door: door.key, peerIp: loopback, peerPort: client.localPort })
  assert.equal(worker.find(ip, port + 1), undefined)
  client.destroy()
})

test('draining: who is in goes on, and the worker is done when the last one has ended', async (t) => {
  const { open, worker } = await aDoor(t, echo)
  const client = open()
  client.write('before')
  assert.equal(String((await once(client, 'data'))[0]), 'before')
  let isDone = false
  const drained = worker.drain().then(() => {
    isDone = true
  })
  client.write('while it drains')
  assert.equal(String((await once(client, 'data'))[0]), 'while it drains')
  assert.equal(isDone, false)
  client.end()
  await drained
  assert.equal(worker.statistics().connections, 0)
})

test('the target may speak first, and go on after the client has ended', async (t) => {
  const { open } = await aDoor(t, (socket) => {
    socket.write('welcome ')
    socket.resume()
    socket.once('end', () => socket.end('and farewell'))
  })
  const client = open()
  const [first] = await once(client, 'data')
  assert.equal(String(first), 'welcome ')
  client.end()
  assert.equal(String(await readAll(client)), 'and farewell')
})

test('the client may go on after the target has ended', async (t) => {
  const received = Promise.withResolvers<string>()
  const { open } = await aDoor(t, (socket) => {
    socket.end('that is all')
    void readAll(socket).then((bytes) => received.resolve(bytes.toString()))
  })
  const client = open()
  assert.equal(String(await readAll(client)), 'that is all')
  client.end('thanks')
  assert.equal(await received.promise, 'thanks')
})

test('a target that does not read stops the client', async (t) => {
  const target = Promise.withResolvers<Socket>()
  const { open, worker } = await aDoor(t, (socket) => {
    socket.pause()
    target.resolve(socket)
  })
  const client = open()
  const total = 64 << 20
  const chunk = Buffer.alloc(1 << 20)
  let sent = 0
  const write = (): void => {
    while (sent < total) {
      sent += chunk.length
      if (!client.write(chunk)) return void client.once('drain', write)
    }
    client.end()
  }
  write()
  const socket = await target.promise
  // Nothing moves any more when kernel buffers are full: then the relay holds next to nothing.
  let before = -1
  while (worker.statistics().bytes !== before) {
    before = worker.statistics().bytes
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  assert.ok(before < total / 2, `${before} bytes went through to a target that reads nothing`)
  let received = 0
  socket.on('data', (data: Buffer) => {
    received += data.length
  })
  socket.resume()
  await once(socket, 'end')
  assert.equal(received, total)
  socket.end()
})

for (const { who, breaks } of [
  { who: 'client', breaks: (client: Socket) => client.resetAndDestroy() },
  { who: 'target', breaks: (_client: Socket, target: Socket) => target.resetAndDestroy() },
]) {
  test(`a RST of the ${who} is one for the other`, async (t) => {
    const target = Promise.withResolvers<Socket>()
    const { open, worker } = await aDoor(t, (socket) => {
      socket.resume()
      target.resolve(socket)
    })
    const client = open()
    client.write('x')
    const far = await target.promise
    const other = who === 'client' ? far : client
    const [error] = await Promise.all([
      once(other, 'error').then(([e]) => (e as NodeJS.ErrnoException).code),
      breaks(client, far),
    ])
    assert.equal(error, 'ECONNRESET')
    assert.equal(worker.statistics().connections, 0)
  })
}

test('a target that refuses shows as a RST, and is counted', async (t) => {
  const closed = await listening(createServer())
  const connectPort = portOf(closed)
  closed.close()
  const { open, worker } = await aDoor(t, echo, { connectPort })
  const [error] = await once(open(), 'error')
  assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET')
  assert.deepEqual(worker.statistics().failures, { 'connect ECONNREFUSED': 1 })
})

test("an owner's end cuts its connections, a door's end does not", async (t) => {
  const { open, worker, door } = await aDoor(t, echo)
  const client = open()
  client.write('a')
  await once(client, 'data')
  const nothing = { doors: [], withoutDoors: [], certificates: {}, withoutCertificates: [], cut: [] }
  worker.change({ ...nothing, withoutDoors: [door.key] })
  client.write('b')
  await once(client, 'data')
  const broken = once(client, 'error')
  worker.change({ ...nothing, cut: ['vpc-endpoint/another'] })
  assert.equal(worker.statistics().connections, 1)
  worker.change({ ...nothing, cut: [door.owner] })
  assert.equal(((await broken)[0] as NodeJS.ErrnoException).code, 'ECONNRESET')
  assert.equal(((await once(open(), 'error'))[0] as NodeJS.ErrnoException).code, 'ECONNRESET')
})

for (const { title, quietForMs, ends } of [
  { title: 'nobody has sent anything: it ends with a RST', quietForMs: null, ends: true },
  { title: 'the last keep-alive probe is older than the timeout: it ends', quietForMs: 349_500, ends: true },
  { title: 'the client has sent a keep-alive probe a minute ago: it stays', quietForMs: 60_000, ends: false },
]) {
  test(`idle for 350 s, ${title}`, async (t) => {
    const { open, worker, door } = await aDoor(t, echo, {}, undefined, async (clients) => clients.map(() => quietForMs))
    const client = open()
    client.write('a')
    await once(client, 'data')
    const now = performance.now()
    worker.tick(now + door.idleTimeoutMs - 1000)
    assert.equal(worker.statistics().connections, 1)
    const broken = ends ? once(client, 'error') : undefined
    worker.tick(now + door.idleTimeoutMs + 1000)
    await broken
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(worker.statistics().connections, ends ? 0 : 1)
    // A minute later it has had its time again, and is asked again.
    worker.tick(now + door.idleTimeoutMs + 2000)
    assert.equal(worker.statistics().failures.idle, ends ? 1 : undefined)
  })
}

const tls = { certificateArns: ['one'], sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06', alpnPolicy: 'None' } as const

async function secured(t: TestContext, port: number, wish: ConnectionOptions = {}): Promise<TLSSocket> {
  const options = { host: loopback, port, rejectUnauthorized: false, allowHalfOpen: true, ...wish }
  const socket = connectTls(options)
  t.after(() => socket.destroy())
  await once(socket, 'secureConnect')
  socket.on('error', () => {})
  return socket
}

test('TLS ends here; the target gets the header and then what was said', async (t) => {
  const { port } = await aDoor(t, echo, { header, tls: { ...tls, readsHeader: false } })
  const client = await secured(t, port)
  assert.equal(client.getProtocol(), 'TLSv1.3')
  client.end('hello')
  const { header: said, rest } = splitHeader(await readAll(client))
  assert.equal(rest, 'hello')
  assert.equal(said.addresses?.sourceIp, loopback)
})

test('TLS to the target too: the header before it, in the clear', async (t) => {
  const began = Promise.withResolvers<Buffer>()
  const inner = createTlsServer({ ...selfSigned, ALPNProtocols: ['h2'] }, (socket) => {
    socket.end(`you are welcome, ${socket.alpnProtocol}`)
  })
  const target = createServer({ allowHalfOpen: true }, (socket) => {
    socket.once('readable', () => {
      const bytes = socket.read() as Buffer
      began.resolve(bytes)
      socket.unshift(bytes.subarray(16 + bytes.readUInt16BE(14)))
      inner.emit('connection', socket)
    })
  })
  const wish = { header, tls: { ...tls, alpnPolicy: 'HTTP2Preferred', readsHeader: false }, targetTls: true } as const
  const { port } = await aDoor(t, echo, wish, target)
  const client = await secured(t, port, { ALPNProtocols: ['http/1.1', 'h2'] })
  assert.equal(client.alpnProtocol, 'h2')
  assert.equal(String(await readAll(client)), 'you are welcome, h2')
  assert.equal(splitHeader(await began.promise).header.addresses?.destinationPort, 443)
})

for (const { policy, offers, agreed } of [
  { policy: 'HTTP1Only', offers: ['h2', 'http/1.1'], agreed: 'http/1.1' },
  { policy: 'HTTP2Only', offers: ['http/1.1', 'h2'], agreed: 'h2' },
  { policy: 'HTTP2Optional', offers: ['h2', 'http/1.1'], agreed: 'http/1.1' },
  { policy: 'HTTP2Preferred', offers: ['http/1.1', 'h2'], agreed: 'h2' },
  { policy: 'None', offers: ['h2'], agreed: false },
] as const) {
  test(`ALPN ${policy}: of ${offers.join(', ')} it is ${agreed}`, async (t) => {
    const { port } = await aDoor(t, echo, { tls: { ...tls, alpnPolicy: policy, readsHeader: false } })
    assert.equal((await secured(t, port, { ALPNProtocols: [...offers] })).alpnProtocol, agreed)
  })
}

test('a policy without TLS 1.2 refuses it; one of 2015 lets TLS 1.0 in', async (t) => {
  const strict = await aDoor(t, echo, {
    tls: { ...tls, sslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06', readsHeader: false },
  })
  await assert.rejects(secured(t, strict.port, { maxVersion: 'TLSv1.2' }))
  const old = await aDoor(t, echo, { tls: { ...tls, sslPolicy: 'ELBSecurityPolicy-2015-05', readsHeader: false } })
  const client = await secured(t, old.port, { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' })
  assert.equal(client.getProtocol(), 'TLSv1')
})

for (const { asked, shown } of [
  { asked: 'api.example.com', shown: 'api.example.com' },
  { asked: 'API.Example.com', shown: 'api.example.com' },
  { asked: 'www.example.org', shown: '*.example.org' },
  { asked: 'a.b.example.org', shown: 'target.test' },
  { asked: 'example.org', shown: 'target.test' },
  { asked: undefined, shown: 'target.test' },
]) {
  test(`who asks for ${asked ?? 'no name'} is shown the certificate of ${shown}`, async (t) => {
    const wish = { tls: { ...tls, certificateArns: ['one', 'two', 'three'], readsHeader: false } }
    const { port, worker } = await aDoor(t, echo, wish)
    const certificates = { two: apiExampleCom, three: anyExampleOrg }
    worker.change({ doors: [], withoutDoors: [], certificates, withoutCertificates: [], cut: [] })
    const client = await secured(t, port, asked === undefined ? {} : { servername: asked })
    assert.equal(client.getPeerCertificate().subject.CN, shown)
  })
}

test('a renewed certificate shows with the next handshake, and no connection ends', async (t) => {
  const { port, worker } = await aDoor(t, echo, { tls: { ...tls, readsHeader: false } })
  const before = await secured(t, port)
  const certificates = { one: apiExampleCom }
  worker.change({ doors: [], withoutDoors: [], certificates, withoutCertificates: [], cut: [] })
  const after = await secured(t, port)
  assert.equal(before.getPeerCertificate().subject.CN, 'target.test')
  assert.equal(after.getPeerCertificate().subject.CN, 'api.example.com')
  before.write('still there')
  assert.equal(String((await once(before, 'data'))[0]), 'still there')
})

test('a session is resumed, by another worker as well', async (t) => {
  const keys = Buffer.alloc(48, 7)
  const doors = await Promise.all([1, 2].map(() => aDoor(t, echo, { tls: { ...tls, readsHeader: false } })))
  for (const { worker } of doors) worker.setTicketKeys(keys)
  const [one, two] = doors
  assert.ok(one && two)
  const first = connectTls({ host: loopback, port: one.port, rejectUnauthorized: false })
  const [session] = (await once(first, 'session')) as [Buffer]
  first.destroy()
  assert.equal((await secured(t, two.port, { session })).isSessionReused(), true)
})

test('bytes that are no ClientHello end the connection and nothing else', async (t) => {
  const { open, worker, port } = await aDoor(t, echo, { tls: { ...tls, readsHeader: false } })
  const client = open()
  client.write('GET / HTTP/1.1\r\n\r\n')
  await new Promise((resolve) => client.once('close', resolve))
  assert.equal(worker.statistics().failures.tls, 1)
  await secured(t, port)
})

test('a door without its certificate refuses, and takes connections once it has one', async (t) => {
  const { open, worker, port } = await aDoor(t, echo, { tls: { ...tls, certificateArns: ['two'], readsHeader: false } })
  await once(open(), 'error')
  assert.equal(worker.statistics().failures.certificate, 1)
  const two = { certificatePem: selfSigned.cert, privateKeyPem: selfSigned.key }
  worker.change({ doors: [], withoutDoors: [], certificates: { two }, withoutCertificates: [], cut: [] })
  await secured(t, port)
})

/** From an address that relays connect from. */
async function aTerminatingDoor(t: TestContext) {
  const worker = new RelayWorker()
  const target = await listening(createServer({ allowHalfOpen: true }, echo))
  const front = await listening(
    createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      Object.defineProperty(socket, 'remoteAddress', { value: '248.0.0.20' })
      worker.accept(socket)
    }),
  )
  t.after(() => {
    worker.close()
    front.close()
    target.close()
  })
  const key = `${loopback}:${portOf(front)}`
  const door: RelayDoor = {
    ...{ key, netns: '', listenIp: loopback, port: portOf(front), owner: 'load-balancer/x', idleTimeoutMs: 350_000 },
    ...{ connectFromIp: '127.0.0.2', connectIp: loopback, connectPort: portOf(target) },
    header: { destinationIp: '10.0.1.5', destinationPort: 443 },
    tls: { ...tls, readsHeader: true },
  }
  const one = { certificatePem: selfSigned.cert, privateKeyPem: selfSigned.key }
  worker.change({ doors: [door], withoutDoors: [], certificates: { one }, withoutCertificates: [], cut: [] })
  return { worker, port: portOf(front) }
}

const fromConsumer = encodeProxyHeader(
  {
    ...{ family: 'ipv4', transport: 'tcp', sourceIp: '10.9.9.9', destinationIp: '10.0.1.5' },
    ...{ sourcePort: 4321, destinationPort: 443 },
  },
  [{ type: 0xea, value: Buffer.from('\x01vpce-1') }],
)

test('the header of another relay is read before TLS, and goes on as it came', async (t) => {
  const { port, worker } = await aTerminatingDoor(t)
  const raw = connect({ host: loopback, port, allowHalfOpen: true })
  raw.on('error', () => {})
  // In pieces, the last of them with the beginning of the ClientHello behind it.
  raw.write(fromConsumer.subarray(0, 20))
  await new Promise((resolve) => setImmediate(resolve))
  raw.write(fromConsumer.subarray(20))
  const client = connectTls({ socket: raw, rejectUnauthorized: false })
  await once(client, 'secureConnect')
  client.write('hello')
  const chunks: Buffer[] = []
  client.on('data', (chunk: Buffer) => chunks.push(chunk))
  while (Buffer.concat(chunks).length < fromConsumer.length + 5) await once(client, 'data')
  assert.deepEqual(Buffer.concat(chunks), Buffer.concat([fromConsumer, Buffer.from('hello')]))
  assert.equal(worker.statistics().connections, 1)
  client.destroy()
})

test('what another relay sends without a header is refused', async (t) => {
  const { port, worker } = await aTerminatingDoor(t)
  const raw = connect({ host: loopback, port })
  raw.write('GET / HTTP/1.1\r\n\r\n')
  await once(raw, 'error')
  assert.deepEqual(worker.statistics().failures, { header: 1 })
})
