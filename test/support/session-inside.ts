/**
 * What the tests run inside an instance for as long as they last: one request per line on stdin, one answer per line on
 * stdout, as JSON. A process per question would cost a second on a small machine, and a connection that is to stay open
 * needs somebody who holds it.
 *
 * Its servers speak one protocol over TCP: a first line `GET …` is answered as HTTP, so that the same server passes an HTTP
 * health check; the line `who` with a Sighting's target half; any other line with itself. Over UDP every datagram is
 * answered with who received it and the datagram itself.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import packet from 'dns-packet'
import type { Sighting } from '../../src/cli/demo/workload.ts'

export interface Destination {
  /** A name is asked of `server` for each connection, and one of its addresses is taken by chance. */
  readonly host: string
  readonly server?: string
  readonly port: number
  readonly timeoutMs?: number
}

export interface Tally {
  /** By the name of who answered. */
  readonly answers: Readonly<Record<string, number>>
  /** By reason. */
  readonly errors: Readonly<Record<string, number>>
}

/** One attempt of a probe: `at` is when it began, in epoch milliseconds. */
export type Probed =
  | { readonly at: number; readonly name: string; readonly error?: undefined }
  | { readonly at: number; readonly name?: undefined; readonly error: string }

/** What became of a connection that was used all the time. */
export interface Pulse {
  readonly answered: number
  /** The longest wait for an answer. */
  readonly worstMs: number
  /** By reason; nothing is tried again on a connection that is lost. */
  readonly errors: Readonly<Record<string, number>>
  /** Who answered; more than one where a UDP flow has changed its target. */
  readonly names: readonly string[]
}

export interface DnsReply {
  readonly rcode: string
  readonly addresses: readonly string[]
  readonly ttls: readonly number[]
}

export interface DnsQuestion {
  readonly server: string
  readonly name: string
  readonly type?: 'A' | 'AAAA' | 'TXT'
  readonly transport: 'udp' | 'tcp'
  readonly timeoutMs?: number
}

export type Request =
  | { readonly do: 'serve' | 'serve-udp'; readonly port: number; readonly name: string; readonly host?: string }
  | { readonly do: 'stop'; readonly port: number }
  | ({ readonly do: 'ask' | 'ask-udp' } & Destination)
  | ({ readonly do: 'ask-many'; readonly count: number; readonly concurrency: number } & Destination)
  | ({ readonly do: 'probe'; readonly perSecond: number } & Destination)
  | { readonly do: 'probed' }
  | { readonly do: 'end-probe' }
  | ({ readonly do: 'open'; readonly connection: string } & Destination)
  | ({ readonly do: 'open-udp'; readonly connection: string } & Destination)
  | { readonly do: 'say'; readonly connection: string; readonly text: string; readonly timeoutMs?: number }
  | { readonly do: 'pulse'; readonly connection: string; readonly everyMs: number }
  | { readonly do: 'pulsed'; readonly connection: string }
  | { readonly do: 'end'; readonly connection: string }
  | { readonly do: 'lookup'; readonly name: string }
  | ({ readonly do: 'query' } & DnsQuestion)

const defaultTimeoutMs = 5_000
const show = (address: string | undefined, port: number | undefined): string =>
  `${address?.replace(/^::ffff:/, '')}:${port}`

const socketTypeOf = (host: string): 'udp4' | 'udp6' => (host.includes(':') ? 'udp6' : 'udp4')

const reasonOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.message

/** Rejects with `timed out`: nobody said no, nothing came at all. */
function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const timer = setTimeout(() => reject(new Error('timed out')), timeoutMs)
  work.then(resolve, reject).finally(() => clearTimeout(timer))
  return promise
}

// Servers -------------------------------------------------------------------------------------------------------------

interface Listener {
  close(): void
}
const listeners = new Map<number, Listener>()

function serve(port: number, name: string, host = '0.0.0.0'): Promise<void> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    const { localAddress, localPort, remoteAddress, remotePort } = socket
    const target = JSON.stringify({
      name,
      local: show(localAddress, localPort),
      remote: show(remoteAddress, remotePort),
    })
    createInterface({ input: socket }).on('line', (line) => {
      if (line.startsWith('GET ')) {
        socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${target.length}\r\nconnection: close\r\n\r\n${target}`)
      } else if (!socket.writableEnded) socket.write(`${line === 'who' ? target : line}\n`)
    })
  })
  listeners.set(port, {
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}

/** @param host  `::` for both address families */
function serveUdp(port: number, name: string, host = '0.0.0.0'): Promise<void> {
  const socket = createSocket(socketTypeOf(host))
  socket.on('message', (message, peer) => {
    const answer = { name, local: show('', port), remote: show(peer.address, peer.port), text: message.toString() }
    socket.send(JSON.stringify(answer), peer.port, peer.address)
  })
  listeners.set(port, socket)
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, resolve)
  })
}

// Connections ---------------------------------------------------------------------------------------------------------

/** One TCP connection, line by line. */
class Line {
  readonly socket: Socket
  #waiting: PromiseWithResolvers<string> | undefined
  #end: Error | undefined

  constructor(socket: Socket) {
    this.socket = socket
    const fail = (error: Error): void => {
      this.#end ??= error
      this.#waiting?.reject(this.#end)
    }
    socket.on('error', fail)
    socket.on('close', () => fail(new Error('closed')))
    // readline's own copy of the socket's error must not be the end of us: `fail` has it.
    const lines = createInterface({ input: socket })
    lines.on('error', () => {})
    lines.on('line', (line) => this.#waiting?.resolve(line))
  }

  async exchange(text: string, timeoutMs: number): Promise<string> {
    if (this.#end) throw this.#end
    this.#waiting = Promise.withResolvers<string>()
    this.socket.write(`${text}\n`)
    return within(timeoutMs, this.#waiting.promise)
  }
}

async function open({ host, port, timeoutMs = defaultTimeoutMs }: Destination): Promise<Line> {
  const socket = connect({ host, port, family: 4 })
  const line = new Line(socket)
  const connected = Promise.withResolvers<void>()
  socket.once('connect', () => connected.resolve())
  socket.once('error', (error) => connected.reject(error))
  try {
    await within(timeoutMs, connected.promise)
    return line
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function resolved(destination: Destination): Promise<Destination> {
  const { host, server } = destination
  if (server === undefined) return destination
  const { addresses } = await query({ server, name: host, transport: 'udp' })
  return { ...destination, host: addresses[Math.floor(Math.random() * addresses.length)] ?? '' }
}

async function sight(line: Line, timeoutMs: number): Promise<Sighting> {
  const { localAddress, localPort, remoteAddress, remotePort } = line.socket
  const { name, ...target } = JSON.parse(await line.exchange('who', timeoutMs)) as Sighting['target'] & { name: string }
  return { name, client: { local: show(localAddress, localPort), remote: show(remoteAddress, remotePort) }, target }
}

async function ask(destination: Destination): Promise<Sighting> {
  const line = await open(await resolved(destination))
  try {
    return await sight(line, destination.timeoutMs ?? defaultTimeoutMs)
  } finally {
    line.socket.destroy()
  }
}

async function askMany(destination: Destination, total: number, concurrency: number): Promise<Tally> {
  const answers: Record<string, number> = {}
  const errors: Record<string, number> = {}
  const count = (tally: Record<string, number>, key: string): void => {
    tally[key] = (tally[key] ?? 0) + 1
  }
  let begun = 0
  const worker = async (): Promise<void> => {
    while (begun++ < total) {
      await ask(destination).then(
        ({ name }) => count(answers, name),
        (error: Error) => count(errors, reasonOf(error)),
      )
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return { answers, errors }
}

/** New connections at a steady rate, each started on time whatever became of the earlier ones. */
class Probe {
  readonly attempts: Probed[] = []
  readonly #pending = new Set<Promise<void>>()
  readonly #timer: NodeJS.Timeout

  constructor(destination: Destination, perSecond: number) {
    this.#timer = setInterval(() => {
      const at = Date.now()
      const attempt = ask(destination).then(
        ({ name }) => void this.attempts.push({ at, name }),
        (error: Error) => void this.attempts.push({ at, error: reasonOf(error) }),
      )
      this.#pending.add(attempt)
      attempt.finally(() => this.#pending.delete(attempt))
    }, 1000 / perSecond)
  }

  async end(): Promise<readonly Probed[]> {
    clearInterval(this.#timer)
    await Promise.all(this.#pending)
    return this.attempts.toSorted((a, b) => a.at - b.at)
  }
}
let probe: Probe | undefined

interface UdpAnswer {
  readonly name: string
  readonly remote: string
  readonly text: string
}

/** A connected UDP socket: answers from elsewhere are the kernel's to drop, a closed port is told at once. */
async function openUdp({ host, port }: Destination): Promise<UdpSocket> {
  const socket = createSocket(socketTypeOf(host))
  await new Promise<void>((resolve) => socket.connect(port, host, resolve))
  return socket
}

async function exchangeUdp(socket: UdpSocket, text: string, timeoutMs: number): Promise<UdpAnswer> {
  const answered = Promise.withResolvers<UdpAnswer>()
  const onMessage = (message: Buffer): void => {
    const answer = JSON.parse(message.toString()) as UdpAnswer
    if (answer.text === text) answered.resolve(answer)
  }
  const onError = (error: Error): void => answered.reject(error)
  socket.on('message', onMessage)
  socket.on('error', onError)
  try {
    socket.send(text)
    return await within(timeoutMs, answered.promise)
  } finally {
    socket.off('message', onMessage)
    socket.off('error', onError)
  }
}

async function askUdp(destination: Destination): Promise<Sighting> {
  const socket = await openUdp(destination)
  socket.on('error', () => {})
  try {
    const { name, remote } = await exchangeUdp(socket, 'who', destination.timeoutMs ?? defaultTimeoutMs)
    const [here, there] = [socket.address(), socket.remoteAddress()]
    return {
      name,
      client: { local: show(here.address, here.port), remote: show(there.address, there.port) },
      target: { local: '', remote },
    }
  } finally {
    socket.close()
  }
}

const held = new Map<string, Line | UdpSocket>()

async function say(connection: string, text: string, timeoutMs: number): Promise<string> {
  const one = held.get(connection)
  if (!one) throw new Error(`no connection ${connection}`)
  if (one instanceof Line) return one.exchange(text, timeoutMs)
  const { name } = await exchangeUdp(one, text, timeoutMs)
  return name
}

/** Says something on a held connection every so often, and waits for each answer. */
class Heart {
  answered = 0
  worstMs = 0
  readonly errors: Record<string, number> = {}
  readonly names = new Set<string>()
  readonly #timer: NodeJS.Timeout
  #isWaiting = false

  constructor(connection: string, everyMs: number) {
    let n = 0
    this.#timer = setInterval(() => {
      if (this.#isWaiting) return
      this.#isWaiting = true
      const from = performance.now()
      const text = `beat ${++n}`
      say(connection, text, defaultTimeoutMs)
        .then(
          (answer) => {
            this.answered++
            if (answer !== text) this.names.add(answer)
          },
          (error: Error) => {
            const reason = reasonOf(error)
            this.errors[reason] = (this.errors[reason] ?? 0) + 1
          },
        )
        .finally(() => {
          this.worstMs = Math.max(this.worstMs, Math.round(performance.now() - from))
          this.#isWaiting = false
        })
    }, everyMs)
  }

  get pulse(): Pulse {
    return { answered: this.answered, worstMs: this.worstMs, errors: this.errors, names: [...this.names].sort() }
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
const hearts = new Map<string, Heart>()

// Names ---------------------------------------------------------------------------------------------------------------

/** One question to one server, written by us: what getaddrinfo would do with the answer does not blur it. */
async function query({ server, name, type = 'A', transport, timeoutMs = 5_000 }: DnsQuestion): Promise<DnsReply> {
  const message: packet.Packet = {
    type: 'query',
    id: 1 + Math.floor(Math.random() * 65_534),
    flags: packet.RECURSION_DESIRED,
    questions: [{ type, name }],
  }
  const reply =
    transport === 'udp'
      ? packet.decode(await queryUdp(server, packet.encode(message), timeoutMs))
      : packet.streamDecode(await queryTcp(server, packet.streamEncode(message), timeoutMs))
  if (reply.id !== message.id) throw new Error('an answer to another question')
  const records = (reply.answers ?? []).filter((answer): answer is packet.StringAnswer => answer.type === type)
  return {
    // dns-packet keeps it outside its types.
    rcode: (reply as packet.DecodedPacket & { readonly rcode: string }).rcode,
    addresses: records.map(({ data }) => data).sort(),
    ttls: records.map(({ ttl }) => ttl ?? -1),
  }
}

async function queryUdp(server: string, message: Buffer, timeoutMs: number): Promise<Buffer> {
  const socket = createSocket('udp4')
  try {
    const reply = Promise.withResolvers<Buffer>()
    socket.once('message', (answer) => reply.resolve(answer))
    socket.once('error', (error) => reply.reject(error))
    socket.connect(53, server, () => socket.send(message))
    return await within(timeoutMs, reply.promise)
  } finally {
    socket.close()
  }
}

async function queryTcp(server: string, message: Buffer, timeoutMs: number): Promise<Buffer> {
  const socket = connect({ host: server, port: 53 })
  try {
    const reply = Promise.withResolvers<Buffer>()
    let received = Buffer.alloc(0)
    socket.on('error', (error) => reply.reject(error))
    socket.on('close', () => reply.reject(new Error('closed')))
    socket.on('connect', () => socket.write(message))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) reply.resolve(received)
    })
    return await within(timeoutMs, reply.promise)
  } finally {
    socket.destroy()
  }
}

// Requests ------------------------------------------------------------------------------------------------------------

async function handle(request: Request): Promise<unknown> {
  switch (request.do) {
    case 'serve':
      return serve(request.port, request.name, request.host)
    case 'serve-udp':
      return serveUdp(request.port, request.name, request.host)
    case 'stop':
      listeners.get(request.port)?.close()
      listeners.delete(request.port)
      return undefined
    case 'ask':
      return ask(request)
    case 'ask-udp':
      return askUdp(request)
    case 'ask-many':
      return askMany(request, request.count, request.concurrency)
    case 'probe':
      probe = new Probe(request, request.perSecond)
      return undefined
    case 'probed':
      return probe?.attempts
    case 'end-probe':
      return probe?.end()
    case 'open': {
      const line = await open(request)
      held.set(request.connection, line)
      return sight(line, request.timeoutMs ?? defaultTimeoutMs)
    }
    case 'open-udp': {
      const socket = await openUdp(request)
      socket.on('error', () => {})
      held.set(request.connection, socket)
      return (await exchangeUdp(socket, 'who', request.timeoutMs ?? defaultTimeoutMs)).name
    }
    case 'say':
      return say(request.connection, request.text, request.timeoutMs ?? defaultTimeoutMs)
    case 'pulse':
      hearts.set(request.connection, new Heart(request.connection, request.everyMs))
      return undefined
    case 'pulsed':
      return hearts.get(request.connection)?.pulse
    case 'end': {
      hearts.get(request.connection)?.stop()
      const one = held.get(request.connection)
      held.delete(request.connection)
      if (one instanceof Line) one.socket.destroy()
      else one?.close()
      return undefined
    }
    case 'lookup':
      return (await lookup(request.name, { all: true, family: 4 })).map(({ address }) => address).sort()
    case 'query':
      return query(request)
  }
}

process.on('uncaughtException', (error) => console.error(error.stack))
createInterface({ input: process.stdin })
  .on('line', (text) => {
    const { id, ...request } = JSON.parse(text) as Request & { readonly id: number }
    handle(request as Request).then(
      (value) => console.log(JSON.stringify({ id, value: value ?? null })),
      (error: Error) => console.log(JSON.stringify({ id, error: reasonOf(error) })),
    )
  })
  .on('close', () => process.exit(0))
console.log(JSON.stringify({ id: 0, value: 'ready' }))
