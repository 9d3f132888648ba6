/**
 * Programs for the instances of relay tests: `node e2e-relay.ts VERB …`.
 *
 *   tell PORT           answers every connection with what its PROXY header said, as one line of JSON, then echoes
 *   hold PORT MS HOST…  keeps one connection and sends a byte every MS, which must come back; prints how many did at SIGTERM
 */
import { connect, createServer } from 'node:net'
import { parseProxyHeader, type Tlv } from '../../src/net/proxy-protocol.ts'

export interface Told {
  /** What the socket says of its peer. */
  readonly remote: string
  readonly header?: {
    readonly source: string
    readonly destination: string
    readonly bytes: number
    /** Type → value, hex; the checksum is left out, for the parser has checked it. */
    readonly tlvs: Readonly<Record<string, string>>
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const named = (tlvs: readonly Tlv[]): Record<string, string> =>
  Object.fromEntries(tlvs.filter(({ type }) => type !== 3).map(({ type, value }) => [type.toString(16), hex(value)]))

function tell(port: number): void {
  createServer({ allowHalfOpen: true }, (socket) => {
    let bytes = Buffer.alloc(0)
    const remote = `${socket.remoteAddress?.replace('::ffff:', '')}:${socket.remotePort}`
    socket.on('error', () => {})
    const read = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk])
      const header = parseProxyHeader(bytes)
      if (header === 'more') return
      socket.off('data', read)
      const told: Told =
        'malformed' in header
          ? { remote }
          : {
              remote,
              header: {
                source: `${header.addresses?.sourceIp}:${header.addresses?.sourcePort}`,
                destination: `${header.addresses?.destinationIp}:${header.addresses?.destinationPort}`,
                bytes: header.lengthBytes,
                tlvs: named(header.tlvs),
              },
            }
      const rest = 'malformed' in header ? bytes : bytes.subarray(header.lengthBytes)
      socket.write(`${JSON.stringify(told)}\n`)
      socket.write(rest)
      socket.on('data', (more: Buffer) => socket.write(more))
    }
    socket.on('data', read)
    socket.on('end', () => socket.end())
  }).listen(port, '0.0.0.0', () => console.log('ready'))
}

export interface Held {
  readonly echoes: number
  readonly errors: readonly string[]
  readonly worstMs: number
  /** Of the connection that was held to the end. */
  readonly localPort: number
}

function hold(port: number, everyMs: number, host: string): void {
  let echoes = 0
  let worstMs = 0
  const errors: string[] = []
  const socket = connect({ host, port, noDelay: true })
  socket.on('error', (error) => errors.push(error.message))
  socket.on('close', () => errors.push('closed'))
  let sentAt = 0
  let line = ''
  socket.on('data', (chunk: Buffer) => {
    line += chunk.toString()
    if (!line.endsWith('.')) return
    line = ''
    echoes++
    worstMs = Math.max(worstMs, performance.now() - sentAt)
    if (echoes === 1) console.log('ready')
    setTimeout(send, everyMs)
  })
  const send = (): void => {
    sentAt = performance.now()
    socket.write('.')
  }
  socket.once('connect', send)
  // What is lost is told when it is asked for, not by our end.
  setInterval(() => {}, 1 << 30)
  process.once('SIGTERM', () => {
    const held: Held = { echoes, errors: [...errors], worstMs: Math.round(worstMs), localPort: socket.localPort ?? 0 }
    console.log(JSON.stringify(held))
    process.exit(0)
  })
}

const [verb, first = '', second = '', third = ''] = process.argv.slice(2)
if (import.meta.main) {
  if (verb === 'tell') tell(Number(first))
  else if (verb === 'hold') hold(Number(first), Number(second), third)
  else process.exitCode = 2
}
