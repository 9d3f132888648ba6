/**
 * Mutated headers and ClientHellos: nothing that a peer sends may end the process, leave a connection behind, or be taken for a
 * header that it is not.
 *
 * `fuzzHeaders` asks the parser; `fuzzConnections` sends to a relay over real sockets, to a door that reads a header and to one that
 * expects TLS at once. Seeded: the same seed gives the same bytes.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { encodeProxyHeader, fixedHeaderBytes, parseProxyHeader, textTlv } from '../../src/net/proxy-protocol.ts'
import type { RelayDoor } from '../../src/plan/relay.ts'
import { RelayWorker } from '../../src/relay/worker.ts'
import { selfSigned } from './health-certificate.ts'

/** xorshift32: fast, and the same everywhere. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state % below
  }
}

const interesting = [0x00, 0x01, 0x03, 0x0d, 0x0a, 0x11, 0x20, 0x21, 0x7f, 0x80, 0xea, 0xff]

/** Bytes changed, cut off, doubled, put in, taken out. */
export function mutate(original: Uint8Array, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(original)
  for (let n = 1 + random(4); n > 0; n--) {
    const at = random(bytes.length + 1)
    switch (random(6)) {
      case 0:
      case 1:
        if (at < bytes.length) bytes[at] = interesting[random(interesting.length)] ?? 0
        break
      case 2:
        if (at < bytes.length) bytes[at] = random(256)
        break
      case 3:
        bytes = bytes.subarray(0, at)
        break
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(random(40), random(256)), bytes.subarray(at)])
        break
      case 5:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + random(20)))])
        break
    }
  }
  return bytes
}

const addresses = { transport: 'tcp', sourcePort: 51442, destinationPort: 443 } as const
const ipv4 = { ...addresses, family: 'ipv4', sourceIp: '172.31.7.113', destinationIp: '172.31.10.31' } as const
const ipv6 = { ...addresses, family: 'ipv6', sourceIp: 'fd00::7', destinationIp: 'fd00::9' } as const
const seeds: readonly Uint8Array[] = [
  encodeProxyHeader(ipv4, []),
  encodeProxyHeader(ipv4, [textTlv(0xea, 1, 'vpce-08d2bf15fac5001c9')]),
  encodeProxyHeader(ipv6, [textTlv(0xea, 1, 'vpce-08d2bf15fac5001c9'), textTlv(0xe0, 2, 'vpc-0123456789abcdef0')]),
]

/** @returns how many were taken, refused and waited for */
export function fuzzHeaders(count: number, seed = 4): Record<'taken' | 'refused' | 'more', number> {
  const random = randomFrom(seed)
  const outcome = { taken: 0, refused: 0, more: 0 }
  for (let i = 0; i < count; i++) {
    const bytes = mutate(seeds[random(seeds.length)] ?? Buffer.alloc(0), random)
    const header = parseProxyHeader(bytes)
    if (header === 'more') outcome.more++
    else if ('malformed' in header) outcome.refused++
    else {
      outcome.taken++
      assert.ok(header.lengthBytes >= fixedHeaderBytes && header.lengthBytes <= bytes.length)
      for (const { value } of header.tlvs) assert.ok(value.length < header.lengthBytes)
    }
  }
  return outcome
}

/** The first bytes of a TLS client. */
async function clientHello(): Promise<Buffer> {
  const chunks: Buffer[] = []
  const wire = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  const client = connectTls({ socket: wire, servername: 'target.test', ALPNProtocols: ['h2', 'http/1.1'] })
  client.on('error', () => {})
  while (chunks.length === 0) await new Promise((resolve) => setImmediate(resolve))
  client.destroy()
  return Buffer.concat(chunks)
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** @returns what the relay counted; no connection is left, and it still works */
export async function fuzzConnections(count: number, seed = 4): Promise<Readonly<Record<string, number>>> {
  const random = randomFrom(seed)
  const hello = await clientHello()
  const worker = new RelayWorker()
  const target = createServer((socket) => {
    socket.on('error', () => {})
    socket.resume()
  })
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
  const fronts = await Promise.all(
    [true, false].map(async (readsHeader) => {
      const front = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
        if (readsHeader) Object.defineProperty(socket, 'remoteAddress', { value: '248.0.0.20' })
        worker.accept(socket)
      })
      front.listen(0, '127.0.0.1')
      await once(front, 'listening')
      return front
    }),
  )
  const doors = fronts.map(
    (front, i): RelayDoor => ({
      ...{ key: `127.0.0.1:${portOf(front)}`, netns: '', listenIp: '127.0.0.1', port: portOf(front), owner: 'x' },
      ...{ connectFromIp: '127.0.0.2', connectIp: '127.0.0.1', connectPort: portOf(target), idleTimeoutMs: 350_000 },
      header: { destinationIp: '10.0.1.5', destinationPort: 443 },
      tls: {
        certificateArns: ['one'],
        sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        alpnPolicy: 'HTTP2Preferred',
        readsHeader: i === 0,
      },
    }),
  )
  const one = { certificatePem: selfSigned.cert, privateKeyPem: selfSigned.key }
  worker.change({ doors, withoutDoors: [], certificates: { one }, withoutCertificates: [], cut: [] })

  const send = async (front: Server, bytes: Buffer): Promise<void> => {
    const socket = connect({ host: '127.0.0.1', port: portOf(front) })
    socket.on('error', () => {})
    socket.resume()
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.end(bytes)
    await closed
  }
  let next = 0
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (next++ < count) {
        const isHeader = random(2) === 0
        const header = seeds[random(seeds.length)] ?? Buffer.alloc(0)
        const bytes = isHeader
          ? Buffer.concat([mutate(header, random), hello])
          : Buffer.concat([...(random(2) === 0 ? [header] : []), mutate(hello, random)])
        await send(fronts[isHeader ? 0 : random(2)] as Server, bytes)
      }
    }),
  )
  // Those whose peer is gone end by themselves.
  for (let i = 0; i < 200 && worker.statistics().connections > 0; i++)
    await new Promise((resolve) => setTimeout(resolve, 10))
  const { connections, failures } = worker.statistics()
  assert.equal(connections, 0, `${connections} connections are left`)
  const client = connectTls({ host: '127.0.0.1', port: portOf(fronts[1] as Server), rejectUnauthorized: false })
  await once(client, 'secureConnect')
  client.destroy()
  worker.close()
  for (const server of [...fronts, target]) server.close()
  return failures
}
