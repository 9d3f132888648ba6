/**
 * What the end-to-end tests run inside instances beside the demo's workload: `node e2e-load.ts VERB …`, JSON on stdout.
 *
 *   storm URL COUNT CONCURRENCY FROM_PORT          COUNT new connections from source ports FROM_PORT, FROM_PORT + 1 …:
 *                                                  who answered, how often; which addresses were seen
 *   steady PER_SECOND COUNT TIMEOUT_MS URL…        new connections at a steady rate; one line per attempt, as it ends
 *   hold URL EVERY_MS SECONDS                      one connection, a request on it every EVERY_MS
 *   knock TIMEOUT_MS LOCAL_IP|- HOST:PORT…         which of these accept a TCP connection; LOCAL_IP is what to send from
 */
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Storm {
  /** By the name of who answered. */
  readonly answers: Readonly<Record<string, number>>
  /** By error code. */
  readonly errors: Readonly<Record<string, number>>
  /** Client addresses without the port, as the target saw them. */
  readonly seenByTarget: readonly string[]
  /** The lowest and highest source port in use. */
  readonly ports: readonly [number, number]
  readonly ms: number
}

export type Attempt =
  | { readonly at: number; readonly ms: number; readonly name: string }
  | { readonly at: number; readonly ms: number; readonly error: string }

export interface Hold {
  readonly answers: number
  readonly errors: readonly string[]
  /** More than one means that the connection was lost and made anew. */
  readonly localPorts: readonly number[]
  readonly worstMs: number
}

export interface Knock {
  readonly to: string
  /** `connected`, or why not: ECONNREFUSED, `timed out`… */
  readonly result: string
}

interface Answer {
  readonly name: string
  readonly remote: string
  readonly localPort: number
}

interface Wish {
  readonly timeoutMs: number
  readonly localPort?: number
  readonly agent?: Agent
}

/** One request; by default on a connection of its own. */
function ask(url: string, { timeoutMs, localPort, agent }: Wish): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const request = get(url, { agent: agent ?? false, localPort, signal }, (response) => {
      const port = response.socket.localPort ?? 0
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () => resolve({ ...(JSON.parse(text) as Answer), localPort: port }))
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      reject(signal.aborted ? new Error('timed out') : new Error(error.code ?? error.message))
    })
  })
}

const count = (tally: Record<string, number>, key: string): void => {
  tally[key] = (tally[key] ?? 0) + 1
}

async function storm(url: string, total: number, concurrency: number, fromPort: number): Promise<Storm> {
  const answers: Record<string, number> = {}
  const errors: Record<string, number> = {}
  const seenByTarget = new Set<string>()
  const startedAt = performance.now()
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < total) {
      const localPort = fromPort + next++
      await ask(url, { timeoutMs: 20_000, localPort }).then(
        (answer) => {
          count(answers, answer.name)
          seenByTarget.add(answer.remote.replace(/:\d+$/, ''))
          if (answer.localPort !== localPort) count(errors, 'another source port than asked for')
        },
        (error: Error) => count(errors, error.message),
      )
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  const ms = Math.round(performance.now() - startedAt)
  return { answers, errors, seenByTarget: [...seenByTarget].sort(), ports: [fromPort, fromPort + total - 1], ms }
}

/** Attempts start on time whatever the earlier ones do: a stall shows as failures, not as a pause. */
async function steady(perSecond: number, total: number, timeoutMs: number, urls: readonly string[]): Promise<void> {
  const startedAt = performance.now()
  const pending: Promise<void>[] = []
  for (let n = 0; n < total; n++) {
    const waitMs = startedAt + (n * 1000) / perSecond - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    const at = Date.now()
    const from = performance.now()
    const say = (outcome: { name: string } | { error: string }): void =>
      console.log(JSON.stringify({ at, ms: Math.round(performance.now() - from), ...outcome } satisfies Attempt))
    pending.push(
      ask(urls[n % urls.length] ?? '', { timeoutMs }).then(
        ({ name }) => say({ name }),
        ({ message }: Error) => say({ error: message }),
      ),
    )
  }
  await Promise.all(pending)
}

async function hold(url: string, everyMs: number, seconds: number): Promise<Hold> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const localPorts = new Set<number>()
  const errors: string[] = []
  let answers = 0
  let worstMs = 0
  const until = performance.now() + seconds * 1000
  while (performance.now() < until) {
    const from = performance.now()
    await ask(url, { timeoutMs: 20_000, agent }).then(
      ({ localPort }) => {
        localPorts.add(localPort)
        answers++
      },
      (error: Error) => errors.push(error.message),
    )
    worstMs = Math.max(worstMs, Math.round(performance.now() - from))
    await sleep(everyMs)
  }
  agent.destroy()
  return { answers, errors, localPorts: [...localPorts], worstMs }
}

async function knock(timeoutMs: number, localAddress: string | undefined, to: string): Promise<Knock> {
  const [host = '', port] = to.split(':')
  const socket = connect({ host, port: Number(port), localAddress })
  const signal = AbortSignal.timeout(timeoutMs)
  const result = await once(socket, 'connect', { signal }).then(
    () => 'connected',
    (error: NodeJS.ErrnoException) => (signal.aborted ? 'timed out' : (error.code ?? error.message)),
  )
  socket.on('error', () => {})
  socket.destroy()
  return { to, result }
}

const print = (value: unknown): void => console.log(JSON.stringify(value))
const [verb, ...words] = process.argv.slice(2)
const [first = '', second = '', third = '', fourth = ''] = words
switch (verb) {
  case 'storm':
    print(await storm(first, Number(second), Number(third), Number(fourth)))
    break
  case 'steady':
    await steady(Number(first), Number(second), Number(third), words.slice(3))
    break
  case 'hold':
    print(await hold(first, Number(second), Number(third)))
    break
  case 'knock':
    print(await Promise.all(words.slice(2).map((to) => knock(Number(first), second === '-' ? undefined : second, to))))
    break
  default:
    console.error(`no such verb: ${verb}`)
    process.exitCode = 2
}
