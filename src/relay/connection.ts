/**
 * One connection through the relay: two sockets and what goes between them.
 *
 * What stays true:
 *   back-pressure  a side is read only while the other takes what was read; at most one buffer of Node's waits in each direction
 *   half-close     the end of one side is passed on, the other direction goes on
 *   resets         a side that breaks breaks the other, with a RST, so that nobody takes half an answer for a whole one
 */
import type { Socket } from 'node:net'

export interface Flow {
  /** Of the worker's clock, when a byte last passed; written often, so it is a number and no timer. */
  lastActiveAt: number
  bytes: number
}

/** A worker's clock: read once a second, which is exact enough for idle timeouts and costs a byte nothing. */
export const clock = { now: 0 }

/**
 * Joins two sockets until both have ended.
 *
 * Both are paused and connected, with `allowHalfOpen`; what either has read so far is passed on first.
 */
export function join(a: Socket, b: Socket, flow: Flow): void {
  carry(a, b, flow)
  carry(b, a, flow)
  a.resume()
  b.resume()
}

function carry(from: Socket, to: Socket, flow: Flow): void {
  from.on('data', (chunk: Buffer) => {
    flow.lastActiveAt = clock.now
    flow.bytes += chunk.length
    if (!to.write(chunk)) from.pause()
  })
  to.on('drain', () => from.resume())
  from.on('end', () => to.end())
}

/** Ends a socket so that its peer knows that something was lost: with a RST. TLS has no such word; what is under it has. */
export function reset(socket: Socket | undefined): void {
  if (!socket || socket.destroyed) return
  socket.resetAndDestroy()
}
