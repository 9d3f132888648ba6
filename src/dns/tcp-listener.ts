import { createServer, type Server, type Socket } from 'node:net'
import type { Resolver } from './resolver.ts'

/**
 * DNS over TCP (RFC 7766): each message behind its length, several on one connection, answers in the order in which
 * they are ready.
 *
 * What a client can make us hold is bounded in every direction: connections in all and per VPC, one unfinished message
 * per connection, a number of questions in work, and nothing is read from a client that does not read its answers.
 */
export interface TcpLimits {
  readonly connections: number
  readonly connectionsPerPeer: number
  /** Questions of one connection in work at a time; reading stops until one is answered. */
  readonly inFlightPerConnection: number
  /** A connection on which nothing was read or written for so long is closed (RFC 7766, 6.2.3: "a few seconds"). */
  readonly idleTimeoutMs: number
}

export const defaultTcpLimits: TcpLimits = {
  connections: 512,
  connectionsPerPeer: 64,
  inFlightPerConnection: 32,
  idleTimeoutMs: 10_000,
}

export interface TcpListener {
  readonly server: Server
  /** Connections open now. */
  connections(): number
  /** Destroys the connections and the listening socket. */
  close(): Promise<void>
}

export function createTcpListener(resolver: Resolver, limits: TcpLimits): TcpListener {
  const sockets = new Map<Socket, string>()
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const peerIp = socket.remoteAddress
    let ofPeer = 0
    for (const other of sockets.values()) if (other === peerIp) ofPeer++
    if (peerIp === undefined || sockets.size >= limits.connections || ofPeer >= limits.connectionsPerPeer) {
      socket.destroy()
      return
    }
    sockets.set(socket, peerIp)
    socket.once('close', () => sockets.delete(socket))
    serve(socket, peerIp, resolver, limits)
  })
  return {
    server,
    connections: () => sockets.size,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets.keys()) socket.destroy()
      return closed
    },
  }
}

function serve(socket: Socket, peerIp: string, resolver: Resolver, limits: TcpLimits): void {
  let pending: Buffer = Buffer.alloc(0)
  let inFlight = 0
  let draining = false
  /** The client has said all it will; it may still be waiting for answers (allowHalfOpen). */
  let ended = false

  const blocked = () => draining || inFlight >= limits.inFlightPerConnection

  const answerPending = () => {
    while (!blocked() && !socket.destroyed && pending.length >= 2) {
      const end = 2 + pending.readUInt16BE(0)
      if (pending.length < end) break
      const message = pending.subarray(2, end)
      pending = pending.subarray(end)
      inFlight++
      resolver.handle(message, peerIp, 'tcp', (response) => {
        inFlight--
        if (socket.destroyed) return
        // No answer to a connection is the end of it: a VPC without a resolver, or bytes that are not DNS.
        if (!response) return void socket.destroy()
        const length = Buffer.alloc(2)
        length.writeUInt16BE(response.length)
        draining = !socket.write(Buffer.concat([length, response]))
        resume()
      })
    }
    if (socket.destroyed) return
    if (blocked()) socket.pause()
    else if (ended && inFlight === 0) socket.end()
  }
  // In a later turn: a handler that answers at once would else call itself once per pipelined message.
  let scheduled = false
  const resume = () => {
    if (scheduled || blocked()) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      if (socket.destroyed) return
      answerPending()
      if (!blocked()) socket.resume()
    })
  }

  socket.setTimeout(limits.idleTimeoutMs, () => socket.destroy())
  socket.on('error', () => socket.destroy())
  socket.on('drain', () => {
    draining = false
    resume()
  })
  socket.on('end', () => {
    ended = true
    answerPending()
  })
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    answerPending()
  })
}
