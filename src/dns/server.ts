import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Logger } from 'pino'
import type { DnsConfig } from '../plan/program.ts'
import { maxUdpBytes } from './message.ts'
import { createResolver, type ResolverLimits, type ResolverStats, type ResolveUpstream } from './resolver.ts'
import { createTcpListener, defaultTcpLimits, type TcpLimits } from './tcp-listener.ts'

/**
 * The resolver of every VPC on this host: one UDP and one TCP socket on the agent's fabric address.
 *
 * Each VPC's kernel stage leads its own resolver addresses (base + 2, 169.254.169.253) here, and its queries arrive
 * from that VPC's fabric address, which is how VPCs with the same CIDR are told apart.
 */
export interface DnsServer {
  /** Takes effect with the next question. Give the first configuration before `start`: until then nobody is answered. */
  update(config: DnsConfig): void
  /** Resolves when both sockets are bound; rejects with the reason otherwise, and nothing stays open. */
  start(): Promise<void>
  close(): Promise<void>
  stats(): DnsServerStats
  /** The port both sockets have; the one asked for unless that was 0. */
  port(): number
}

export interface DnsServerStats extends Readonly<ResolverStats> {
  readonly tcpConnections: number
}

export interface DnsServerOptions {
  readonly listenIp: string
  readonly port: number
  readonly resolveUpstream: ResolveUpstream
  readonly log: Pick<Logger, 'warn'>
  readonly limits?: Partial<ResolverLimits & TcpLimits>
}

/** A burst of questions waits here while the event loop is busy with something else. */
const receiveBufferBytes = 1 << 20

export function createDnsServer(options: DnsServerOptions): DnsServer {
  const { listenIp, log } = options
  const resolver = createResolver(options)
  const tcp = createTcpListener(resolver, { ...defaultTcpLimits, ...options.limits })
  let udp: Socket | undefined
  let port = options.port

  const openUdp = (wantedPort: number) => {
    const socket = createSocket({ type: 'udp4', recvBufferSize: receiveBufferBytes })
    socket.on('message', (message, peer) => {
      // Port 0 cannot be answered, and is what a forged packet has.
      if (peer.port === 0 || message.length > maxUdpBytes) return
      resolver.handle(message, peer.address, 'udp', (response) => {
        // The callback takes the error of this one datagram (EHOSTUNREACH while a VPC is being removed): the client
        // asks again, and the socket serves on.
        if (response && socket === udp) socket.send(response, peer.port, peer.address, () => {})
      })
    })
    socket.bind(wantedPort, listenIp)
    return socket
  }

  const start = async () => {
    tcp.server.listen(options.port, listenIp)
    await once(tcp.server, 'listening')
    const address = tcp.server.address()
    if (address !== null && typeof address === 'object') port = address.port
    const socket = openUdp(port)
    try {
      await once(socket, 'listening')
    } catch (error) {
      socket.close()
      await tcp.close()
      throw error
    }
    socket.on('error', (err) => log.warn({ err, listenIp, port }, 'error on the UDP socket of the resolver'))
    tcp.server.on('error', (err) => log.warn({ err, listenIp, port }, 'error on the TCP socket of the resolver'))
    udp = socket
  }

  const close = async () => {
    const socket = udp
    udp = undefined
    const closed = [tcp.close()]
    if (socket) closed.push(new Promise((resolve) => socket.close(() => resolve())))
    await Promise.all(closed)
  }

  return {
    update: resolver.update,
    start,
    close,
    stats: () => ({ ...resolver.stats(), tcpConnections: tcp.connections() }),
    port: () => port,
  }
}
