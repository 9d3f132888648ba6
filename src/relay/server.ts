/**
 * What the relay listens on for the agent: HTTP over a unix socket that only its owner may open, one JSON value each way.
 *
 * HTTP because Node has both ends of it, and `curl --unix-socket` is a way to look.
 */
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { type Answers, protocolVersion, type Request } from './messages.ts'
import type { Relay } from './relay.ts'

export interface RelayServer {
  readonly relay: Relay
  close(): void
}

export async function serveRelay(socketPath: string, relay: Relay): Promise<RelayServer> {
  const server = createServer((request, response) => {
    readBody(request)
      .then((text) => answer(relay, JSON.parse(text) as Request))
      .then(
        (value) => response.end(JSON.stringify(value)),
        (error: Error) => response.writeHead(500).end(error.message),
      )
  })
  // The state directory is ours alone; a socket that is there was left by a relay that was killed, or is draining.
  rmSync(socketPath, { force: true })
  const umask = process.umask(0o177)
  try {
    server.listen(socketPath)
  } finally {
    process.umask(umask)
  }
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', reject)
  })
  chmodSync(socketPath, 0o600)
  return { relay, close: () => void server.close() }
}

async function answer(relay: Relay, request: Request): Promise<Answers[keyof Answers]> {
  switch (request.type) {
    case 'hello':
      return { version: protocolVersion, pid: process.pid } satisfies Answers['hello']
    case 'reset':
      return { failures: await relay.reset(request.changes, request.owners) } satisfies Answers['reset']
    case 'change':
      return { failures: await relay.change(request.changes) } satisfies Answers['change']
    case 'find': {
      const connection = await relay.find(request.ip, request.port)
      return (connection ? { connection } : {}) satisfies Answers['find']
    }
    case 'statistics':
      return relay.statistics()
    case 'drain':
      relay.drain()
      return {}
    case 'stop':
      relay.drain()
      relay.close()
      return {}
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
