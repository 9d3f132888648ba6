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
 * Both are connected and paused, with `allowHalfOpen`; what either has read so far is passed on first.
 *
 * @param header  begins what `b` gets, in one packet with what `a` has said already
 */
export function join(a: Socket, b: Socket, flow: Flow, header?: Uint8Array): void {
  if (header) {
    b.cork()
    b.write(header)
  }
  carry(a, b, flow)
  carry(b, a, flow)
  if (header) {
    // What waits in `a` would otherwise come in the next turn.
    a.read()
    b.uncork()
  }
  if (!b.writableNeedDrain) a.resume()
  b.resume()
}

function carry(from: Socket, to: Socket, flow: Flow): void {
  from.on('data', (chunk: Buffer) => pass(chunk, from, to, flow))
  to.on('drain', () => from.resume())
  if (from.readableEnded) to.end()
  else from.on('end', () => ended(to))
}

function ended(to: Socket): void {
  // The other direction has ended before and all is written: closing says the same as shutdown(2), a call earlier.
  if (to.readableEnded && to.writableLength === 0) to.destroy()
  else to.end()
}

function pass(chunk: Buffer, from: Socket, to: Socket, flow: Flow): void {
  flow.lastActiveAt = clock.now
  flow.bytes += chunk.length
  if (!to.write(chunk)) from.pause()
}

/** Ends a socket so that its peer knows that something was lost: with a RST. TLS has no such word; what is under it has. */
export function reset(socket: Socket | undefined): void {
  if (!socket || socket.destroyed) return
  socket.resetAndDestroy()
}
