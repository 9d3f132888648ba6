/**
 * What the tests of a zone's outage run inside an instance: `node zone-load.ts RESOLVER PER_SECOND TIMEOUT_MS STREAM NAME PORT …`.
 *
 * New connections at a steady rate for each stream, every one of which asks for the name anew, as a client without a cache
 * does, and takes one of the addresses, whichever. One line of JSON per attempt, as it ends. It goes on until its stdin ends.
 */
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import packet from 'dns-packet'

export interface ZoneAttempt {
  readonly stream: string
  /** When it began, in epoch milliseconds. */
  readonly at: number
  readonly endedAt: number
  /** Where the name led. */
  readonly ip?: string
  readonly ttlSeconds?: number
  /** Who answered. */
  readonly name?: string
  /** Why nobody did. */
  readonly error?: string
}

/** Settles once; `begin` is given both ways to do so. @returns what ends it when time is up */
function within<T>(
  timeoutMs: number,
  begin: (resolve: (value: T) => void, reject: (error: Error) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = begin(
      (value) => {
        clearTimeout(timer)
        resolve(value)
        end()
      },
      (error) => {
        clearTimeout(timer)
        reject(error)
        end()
      },
    )
    const timer = setTimeout(() => {
      reject(new Error('timed out'))
      end()
    }, timeoutMs)
  })
}

interface Resolved {
  readonly ip: string
  readonly ttlSeconds: number
}

let nextId = 1
const resolveOne = (server: string, name: string, timeoutMs: number): Promise<Resolved> =>
  within(timeoutMs, (resolve, reject) => {
    const id = (nextId++ % 65_535) + 1
    const socket = createSocket('udp4')
    socket.on('error', reject)
    socket.on('message', (message) => {
      const answers = (packet.decode(message).answers ?? []).filter(({ type }) => type === 'A')
      const one = answers[Math.floor(Math.random() * answers.length)]
      if (one?.type === 'A') resolve({ ip: one.data, ttlSeconds: one.ttl ?? 0 })
      else reject(new Error('no address'))
    })
    const question = { type: 'query' as const, id, flags: packet.RECURSION_DESIRED }
    socket.send(packet.encode({ ...question, questions: [{ type: 'A', name }] }), 53, server)
    return () => socket.close()
  })

const who = (host: string, port: number, timeoutMs: number): Promise<string> =>
  within(timeoutMs, (resolve, reject) => {
    const socket = connect({ host, port })
    let text = ''
    socket.on('error', (error: NodeJS.ErrnoException) => reject(new Error(error.code ?? error.message)))
    socket.on('close', () => reject(new Error('closed')))
    socket.on('connect', () => socket.write('who\n'))
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.endsWith('\n')) resolve((JSON.parse(text) as { name: string }).name)
    })
    return () => socket.destroy()
  })

/** As resolvers do: what is not answered soon is asked again, from another port. */
const resolve = (server: string, name: string, timeoutMs: number): Promise<Resolved> =>
  resolveOne(server, name, timeoutMs / 2).catch(() => resolveOne(server, name, timeoutMs / 2))

async function attempt(stream: string, server: string, name: string, port: number, timeoutMs: number): Promise<void> {
  const at = Date.now()
  let resolved: Resolved | undefined
  const outcome = await (async () => {
    resolved = await resolve(server, name, timeoutMs)
    return { name: await who(resolved.ip, port, timeoutMs) }
  })().catch(({ message }: Error) => ({ error: message }))
  const told: ZoneAttempt = { stream, at, endedAt: Date.now(), ...resolved, ...outcome }
  console.log(JSON.stringify(told))
}

if (import.meta.main) {
  const [server = '', perSecond = '', timeoutMs = '', ...streams] = process.argv.slice(2)
  const everyMs = 1000 / Number(perSecond)
  const count = streams.length / 3
  for (let i = 0; i < count; i++) {
    const [stream = '', name = '', port = ''] = streams.slice(i * 3)
    const begin = (): void => void attempt(stream, server, name, Number(port), Number(timeoutMs))
    // Not all in one moment.
    setTimeout(() => setInterval(begin, everyMs), (i * everyMs) / count)
  }
  process.stdin.resume().on('end', () => process.exit(0))
}
