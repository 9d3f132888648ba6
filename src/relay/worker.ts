/**
 * What one worker does: accepts connections, finds their door, and carries them.
 *
 * Order for a connection: the header that another relay wrote is read, the TLS session is established, the target's side is
 * connected, our own header is written, and only then is the client read. So nobody can make us hold data for a target that is
 * not there. The target itself is chosen by the kernel of the load balancer's VPC, which the relay connects to.
 *
 * The client has its connection before the target has answered, unlike on the kernel's path: a target that refuses shows as a
 * RST after the handshake.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { HeaderTemplate } from '../net/proxy-protocol.ts'
import type { RelayDoor } from '../plan/relay.ts'
import { fabricIpOfRelaySource } from '../resource/fabric.ts'
import { clock, type Flow, join, reset } from './connection.ts'
import { headerFor, type ReceivedHeader, readHeader, templateOf } from './header.ts'
import type { Changes, FoundConnection, QuietClient, WorkerStatistics } from './messages.ts'
import { TlsDoors } from './tls.ts'

/** A target that has not answered by then will not (reference 2.5 gives a new flow 30 s, kernels need 1, 3, 7 s to repeat a SYN). */
const connectTimeoutMs = 10_000
/** For a TLS handshake, and for the header of another relay. */
const handshakeTimeoutMs = 10_000
const clockTickMs = 1_000

interface Session extends Flow {
  readonly door: RelayDoor
  readonly client: Socket
  readonly peerIp: string
  readonly peerPort: number
  header?: ReceivedHeader | undefined
  upstream?: Socket
  /** A deadline for what is under way; idle time counts once both sides are joined. */
  deadline: number
  /** It is being asked whether its client still sends keep-alive probes. */
  isAsked?: boolean
}

export class RelayWorker {
  readonly #doors = new Map<string, { readonly door: RelayDoor; readonly template: HeaderTemplate | undefined }>()
  readonly #tls = new TlsDoors((reason) => this.#count(reason))
  readonly #servers = new Map<string, Server>()
  readonly #sessions = new Set<Session>()
  readonly #failures: Record<string, number> = {}
  readonly #ticker: NodeJS.Timeout
  readonly #quietFor: QuietFor
  #accepted = 0
  #bytes = 0
  #onDrained: (() => void) | undefined

  /** @param quietFor  keep-alive.ts; without it nothing but data counts */
  constructor(quietFor: QuietFor = async (clients) => clients.map(() => null)) {
    this.#quietFor = quietFor
    clock.now = performance.now()
    this.#ticker = setInterval(() => this.tick(performance.now()), clockTickMs)
    this.#ticker.unref()
  }

  change({ doors, withoutDoors, certificates, withoutCertificates, cut }: Changes): void {
    this.#tls.change(certificates, withoutCertificates)
    for (const key of withoutDoors) {
      this.#doors.delete(key)
      this.#tls.remove(key)
    }
    for (const door of doors) {
      this.#doors.set(door.key, { door, template: templateOf(door) })
      if (door.tls) this.#tls.set(door.key, door.tls)
      else this.#tls.remove(door.key)
    }
    if (cut.length === 0) return
    const owners = new Set(cut)
    for (const session of this.#sessions) if (owners.has(session.door.owner)) this.#end(session)
  }

  setTicketKeys(keys: Buffer): void {
    this.#tls.setTicketKeys(keys)
  }

  /** Accepts from a socket that somebody else has bound. */
  listen(socket: string, handle: object, backlog: number): void {
    this.#servers.get(socket)?.close()
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => this.accept(client))
    // Of accept(2): out of files or memory. Those that are connected go on.
    server.on('error', () => this.#count('accept'))
    server.listen(handle as Parameters<Server['listen']>[0], backlog)
    this.#servers.set(socket, server)
  }

  unlisten(socket: string): void {
    this.#servers.get(socket)?.close()
    this.#servers.delete(socket)
  }

  /** @param client  paused, half-open */
  accept(client: Socket): void {
    const { localAddress, localPort, remoteAddress, remotePort } = client
    const entry = this.#doors.get(`${localAddress}:${localPort}`)
    client.on('error', ignore)
    // No remote address: it was reset before we looked.
    if (!entry || remoteAddress === undefined || remotePort === undefined) {
      this.#count(entry ? 'accept' : 'no door')
      reset(client)
      return
    }
    this.#accepted++
    const session: Session = {
      door: entry.door,
      client,
      peerIp: remoteAddress,
      peerPort: remotePort,
      lastActiveAt: clock.now,
      bytes: 0,
      deadline: clock.now + handshakeTimeoutMs,
    }
    this.#sessions.add(session)
    client.once('close', () => this.#closed(session, client))
    const { tls } = entry.door
    if (!tls) this.#connect(session, client, entry.template)
    else if (tls.readsHeader && fabricIpOfRelaySource(remoteAddress) !== undefined) {
      readHeader(client, (header) => {
        if (typeof header === 'string') this.#fail(session, header)
        else {
          session.header = header
          this.#startTls(session, entry.template)
        }
      })
    } else this.#startTls(session, entry.template)
  }

  find(ip: string, port: number): FoundConnection | undefined {
    for (const { door, upstream, peerIp, peerPort, header } of this.#sessions) {
      if (door.connectFromIp !== ip || upstream?.localPort !== port) continue
      return { door: door.key, peerIp, peerPort, ...(header?.said ? { header: header.said } : {}) }
    }
    return undefined
  }

  statistics(): WorkerStatistics {
    let bytes = this.#bytes
    for (const session of this.#sessions) bytes += session.bytes
    return {
      pid: process.pid,
      connections: this.#sessions.size,
      accepted: this.#accepted,
      bytes,
      failures: { ...this.#failures },
      residentMemoryBytes: process.memoryUsage.rss(),
    }
  }

  /** Takes no connection any more; resolves when the last one has ended. */
  drain(): Promise<void> {
    for (const socket of [...this.#servers.keys()]) this.unlisten(socket)
    return new Promise((resolve) => {
      this.#onDrained = resolve
      if (this.#sessions.size === 0) resolve()
    })
  }

  /** Ends everything. */
  close(): void {
    void this.drain()
    clearInterval(this.#ticker)
    for (const session of this.#sessions) this.#end(session)
  }

  #startTls(session: Session, template: HeaderTemplate | undefined): void {
    const { door, client } = session
    const secure = this.#tls.accept(door.key, client)
    if (!secure) {
      // Counted there, with the reason.
      this.#end(session)
      return
    }
    secure.once('close', () => this.#closed(session, client))
    secure.on('error', () => this.#fail(session, 'tls'))
    const ended = (): void => this.#fail(session, 'tls')
    secure.once('end', ended)
    secure.once('secure', () => {
      secure.off('end', ended)
      secure.pause()
      this.#connect(session, secure, template)
    })
  }

  /** @param client  what the target's answers go to: the socket itself, or the TLS session on it */
  #connect(session: Session, client: Socket, template: HeaderTemplate | undefined): void {
    const { door } = session
    session.deadline = clock.now + connectTimeoutMs
    const upstream = connect({
      host: door.connectIp,
      port: door.connectPort,
      localAddress: door.connectFromIp,
      allowHalfOpen: true,
      noDelay: true,
    })
    session.upstream = upstream
    upstream.pause()
    upstream.once('close', () => this.#closed(session, upstream))
    let isConnected = false
    upstream.on('error', (error: NodeJS.ErrnoException) =>
      this.#fail(session, isConnected ? 'target' : `connect ${error.code}`),
    )
    const header = door.header && headerFor(session, door.header, template)
    // What the client has to say at once goes with the header; read(2) now, one buffer of it at most.
    client.read(0)
    upstream.once('connect', () => {
      isConnected = true
      client.on('error', () => this.#fail(session, 'client'))
      if (!door.targetTls) this.#joined(session, client, upstream, header)
      else {
        if (header) upstream.write(header)
        this.#connectTls(session, client, upstream)
      }
    })
  }

  #connectTls(session: Session, client: Socket, upstream: Socket): void {
    const protocol =
      'alpnProtocol' in client && typeof client.alpnProtocol === 'string' ? [client.alpnProtocol] : undefined
    const secure = connectTls({
      socket: upstream,
      // Certificates of targets are not validated (reference 2.5).
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      ...(protocol ? { ALPNProtocols: protocol } : {}),
    })
    secure.on('error', () => this.#fail(session, 'target tls'))
    secure.once('secureConnect', () => {
      secure.pause()
      this.#joined(session, client, secure)
    })
  }

  #joined(session: Session, client: Socket, upstream: Socket, header?: Uint8Array): void {
    session.lastActiveAt = clock.now
    session.deadline = Number.POSITIVE_INFINITY
    join(client, upstream, session, header)
  }

  /** One of the two is gone. The other has been told by what made it go: an end was passed on, an error is. */
  #closed(session: Session, socket: Socket): void {
    const other = socket === session.client ? session.upstream : session.client
    if (other && !other.destroyed) {
      // Both directions had ended, and the other's last bytes are on their way; unless it broke.
      if (!socket.errored && other.writableEnded) return
      if (other.readableEnded || other.writableEnded) other.destroySoon()
      else reset(other)
      return
    }
    this.#forget(session)
  }

  #fail(session: Session, reason: string): void {
    if (!this.#sessions.has(session)) return
    this.#count(reason)
    this.#end(session)
  }

  /** With a RST on both sides. */
  #end(session: Session): void {
    reset(session.client)
    reset(session.upstream)
    this.#forget(session)
  }

  #forget(session: Session): void {
    if (!this.#sessions.delete(session)) return
    this.#bytes += session.bytes
    if (this.#sessions.size === 0) this.#onDrained?.()
  }

  #count(reason: string): void {
    this.#failures[reason] = (this.#failures[reason] ?? 0) + 1
  }

  /** Ends what has waited too long. */
  tick(now: number): void {
    clock.now = now
    const quiet: Session[] = []
    for (const session of this.#sessions) {
      if (now > session.deadline) this.#fail(session, 'timeout')
      else if (
        session.deadline === Number.POSITIVE_INFINITY &&
        now - session.lastActiveAt > session.door.idleTimeoutMs &&
        !session.isAsked
      ) {
        session.isAsked = true
        quiet.push(session)
      }
    }
    if (quiet.length > 0) void this.#endIdle(quiet, now)
  }

  /** An idle connection ends, unless its client has said since that it is there. */
  async #endIdle(sessions: readonly Session[], now: number): Promise<void> {
    const forMs = await this.#quietFor(
      sessions.map(({ door: { netns, idleTimeoutMs }, peerIp, peerPort }) => ({
        ...{ netns, idleTimeoutMs },
        ...{ ip: peerIp, port: peerPort },
      })),
    )
    for (const [i, session] of sessions.entries()) {
      session.isAsked = false
      const quietMs = forMs[i] ?? Number.POSITIVE_INFINITY
      session.lastActiveAt = Math.max(session.lastActiveAt, now - quietMs)
      // Entries are counted in seconds.
      if (clock.now - session.lastActiveAt > session.door.idleTimeoutMs - 2_000) this.#fail(session, 'idle')
    }
  }
}

type QuietFor = (clients: readonly QuietClient[]) => Promise<readonly (number | null)[]>

const ignore = (): void => {}
