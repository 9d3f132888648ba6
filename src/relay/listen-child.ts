/**
 * The child that listens in another namespace: `nsenter --net=… node listen-child.ts PLACE…`, with an IPC channel.
 *
 * A process can be in one network namespace only, but a socket stays in the one it was made in. So the child makes the
 * sockets, hands them to its parent, and waits until the parent has them: a handle that is on its way when the sender ends is
 * lost, and so are the connections that wait in it.
 */
import { createServer } from 'node:net'
import { backlog, type ListenAnswer, nativeHandleOf } from './listening.ts'

const places = process.argv.slice(2)
let waiting = places.length

const send = (answer: ListenAnswer, handle?: unknown): void => {
  // What is sent is the bare handle: a net.Server would begin to accept in the process that receives it.
  process.send?.(answer, handle as Parameters<NonNullable<typeof process.send>>[1])
}

for (const place of places) {
  const isIpv6 = place.startsWith('[')
  const port = Number(place.slice(place.lastIndexOf(':') + 1))
  const server = createServer()
  server.on('error', (error) => send({ place, error: error.message }))
  server.listen({ host: isIpv6 ? '::' : '0.0.0.0', ipv6Only: isIpv6, port, backlog }, () => {
    const handle = nativeHandleOf(server)
    // Accepted sockets inherit it: tcp(7).
    handle?.setNoDelay(true)
    send({ place }, handle)
  })
}

process.on('message', () => {
  waiting--
  if (waiting === 0) process.exit(0)
})
process.on('disconnect', () => process.exit(1))
