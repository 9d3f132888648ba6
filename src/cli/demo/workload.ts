/**
 * What runs inside the demo's and the tests' instances: `node workload.ts serve|probe|ask …`.
 *
 *   serve PORT NAME                        HTTP; every answer tells who answered and which addresses it saw
 *   ask URL [TIMEOUT_MS]                   one request on a new connection; prints what both sides saw, as JSON
 *   probe URL PER_SECOND SECONDS [MORE…]   new connections at a steady rate; prints one JSON line per answer or failure
 *
 * A line of `probe` is {at, ms, name} or {at, ms, error}; `at` is epoch milliseconds of the start of the attempt.
 */
import { createServer, get } from 'node:http'

/** What the two ends of one connection know of it. */
export interface Sighting {
  /** Who answered. */
  readonly name: string
  /** The client's own address and the one it dialled, as it sees them. */
  readonly client: { readonly local: string; readonly remote: string }
  /** The target's own address and its peer's, as it sees them. */
  readonly target: { readonly local: string; readonly remote: string }
}

export type ProbeLine =
  | { readonly at: number; readonly ms: number; readonly name: string }
  | { readonly at: number; readonly ms: number; readonly error: string }

const show = (address: string | undefined, port: number | undefined): string =>
  `${address?.replace(/^::ffff:/, '')}:${port}`

function serve(port: number, name: string): void {
  createServer((request, response) => {
    const { socket } = request
    const body = JSON.stringify({
      name,
      local: show(socket.localAddress, socket.localPort),
      remote: show(socket.remoteAddress, socket.remotePort),
    })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    response.end(body)
  }).listen(port, '0.0.0.0', () => console.log('ready'))
}

function ask(url: string, timeoutMs: number): Promise<Sighting> {
  return new Promise((resolve, reject) => {
    const request = get(
      url,
      { agent: false, headers: { connection: 'close' }, signal: AbortSignal.timeout(timeoutMs) },
      (response) => {
        const { socket } = response
        const client = {
          local: show(socket.localAddress, socket.localPort),
          remote: show(socket.remoteAddress, socket.remotePort),
        }
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('error', reject)
        response.on('end', () => {
          const { name, ...target } = JSON.parse(text) as { name: string; local: string; remote: string }
          resolve({ name, client, target })
        })
      },
    )
    request.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.name === 'AbortError' || error.name === 'TimeoutError'
          ? new Error('timed out')
          : new Error(error.code ?? error.message),
      ),
    )
  })
}

/** Attempts start on time whatever the earlier ones do: a stall shows as failures, not as a pause. */
async function probe(urls: readonly string[], perSecond: number, seconds: number): Promise<void> {
  const total = Math.round(perSecond * seconds)
  const started = performance.now()
  const pending: Promise<void>[] = []
  for (let n = 0; n < total; n++) {
    const due = started + (n * 1000) / perSecond
    const wait = due - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const url = urls[n % urls.length] ?? ''
    pending.push(attempt(url))
  }
  await Promise.all(pending)
}

async function attempt(url: string): Promise<void> {
  const at = Date.now()
  const from = performance.now()
  const line: ProbeLine = await ask(url, 1000).then(
    ({ name }) => ({ at, ms: performance.now() - from, name }),
    (error: Error) => ({ at, ms: performance.now() - from, error: error.message }),
  )
  console.log(JSON.stringify(line))
}

const [verb, first = '', second = '', third = '', ...more] = process.argv.slice(2)
switch (verb) {
  case 'serve':
    serve(Number(first), second)
    break
  case 'ask':
    await ask(first, Number(second || 2000)).then(
      (sighting) => console.log(JSON.stringify(sighting)),
      (error: Error) => {
        console.error(error.message)
        process.exitCode = 1
      },
    )
    break
  case 'probe':
    await probe([first, ...more], Number(second), Number(third))
    // A name look-up that nobody answers holds its thread for long after its attempt was given up.
    process.exit()
    break
  default:
    console.error('usage: workload.ts serve PORT NAME | ask URL [TIMEOUT_MS] | probe URL PER_SECOND SECONDS [URL…]')
    process.exitCode = 2
}
