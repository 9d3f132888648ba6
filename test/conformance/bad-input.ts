/**
 * Sends a server what no client should: generated and mutated requests over every operation, broken signatures, oversize
 * bodies, things that are not HTTP, connections that stop half-way. Every answer must be AWS's, none may be an internal
 * error, the server must stay alive and its memory flat.
 *
 *   node test/conformance/bad-input.ts [--requests 100000] [--seed 1]
 *   node test/conformance/bad-input.ts --url http://127.0.0.1:4747 --access-key AKIA... --secret-key ... [--pid PID]
 *
 * Without --url it starts the listener by itself in a process of its own; with it, --pid names the process whose memory
 * is read from /proc. --with-ids lets requests name the resources that the server describes: they reach further, and create
 * things. --only N sends request N alone and prints what came back.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Agent, request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { parseArgs } from 'node:util'
import { services } from '../../src/api/services.ts'
import { operations } from '../../src/api/table.ts'
import { type Answer, judge } from './answer-check.ts'
import { SERVER_KEY } from './bad-input-server.ts'
import { type BadRequest, badRequest, type Key, plainRequest, type Source } from './bad-requests.ts'

export interface Run {
  readonly url: URL
  readonly key: Key
  readonly requests: number
  readonly seed: number
  readonly concurrency: number
  readonly withIds?: boolean
  /** Called at 10 %, 50 % and 100 %. */
  readonly onProgress?: (percent: number) => Promise<void>
}

export interface Report {
  /** By kind of request and code of answer. */
  readonly counts: ReadonlyMap<string, number>
  readonly violations: readonly string[]
  readonly seconds: number
}

const ANSWER_TIMEOUT_MS = 20_000
const MAX_VIOLATIONS = 20
/** The listener gives up on a request after 30 s, and looks once a second. */
const HALF_OPEN_LIMIT_MS = 33_000

export async function sendBadInput(run: Run): Promise<Report> {
  const agent = new Agent({ keepAlive: true, maxSockets: run.concurrency })
  const counts = new Map<string, number>()
  const violations: string[] = []
  const started = performance.now()
  const trusts = await trustsAnybody(run, agent)
  const source = sourceOf(run, run.withIds ? await learnIds(run, agent) : [])
  const marks = [10, 50, 100].map((percent) => ({ percent, at: Math.ceil((run.requests * percent) / 100) }))
  let next = 0
  let done = 0

  async function work(): Promise<void> {
    for (let index = next++; index < run.requests && violations.length < MAX_VIOLATIONS; index = next++) {
      const request = badRequest(source, index)
      const outcome = await send(run.url, agent, request)
      const verdict = typeof outcome === 'string' ? { violation: outcome } : judge(outcome, request.method)
      if ('violation' in verdict) violations.push(`request ${index} (${request.kind}): ${verdict.violation}`)
      else if (request.isForged && !trusts && verdict.code === 'ok')
        violations.push(`request ${index}: a forged signature was accepted`)
      else count(counts, `${request.kind} → ${verdict.code}`)
      done += 1
      const mark = marks[0]
      if (mark && done >= mark.at) {
        marks.shift()
        await run.onProgress?.(mark.percent)
      }
    }
  }
  await Promise.all(Array.from({ length: run.concurrency }, work))
  const seconds = (performance.now() - started) / 1000
  for (const [what, text] of Object.entries(NOT_HTTP)) {
    const answer = await rawAnswer(run.url, text)
    const code = /^HTTP\/1\.1 4\d\d /.test(answer) ? /<Code>(\w+)<\/Code>/.exec(answer)?.[1] : undefined
    if (code) count(counts, `${what} → ${code}`)
    else violations.push(`${what}: ${JSON.stringify(answer.slice(0, 300))}`)
  }
  agent.destroy()
  return { counts, violations, seconds }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function sourceOf({ url, key, seed }: Run, ids: readonly string[]): Source {
  const served = Object.fromEntries(Object.entries(operations).map(([name, table]) => [name, Object.keys(table)]))
  return { services, served, ids, key, host: url.host, seed }
}

/** Ids, addresses and names in the server's descriptions of what there is. */
async function learnIds(run: Run, agent: Agent): Promise<string[]> {
  const ids = new Set<string>()
  for (const operation of [
    'DescribeVpcs',
    'DescribeSubnets',
    'DescribeSecurityGroups',
    'DescribeNetworkInterfaces',
    'DescribeAvailabilityZones',
  ]) {
    const [ec2] = services
    const answer = await send(run.url, agent, plainRequest(sourceOf(run, []), ec2, operation))
    if (typeof answer === 'string' || answer.status !== 200) throw new Error(`${operation}: ${JSON.stringify(answer)}`)
    for (const [, value = ''] of answer.body.matchAll(/>([a-z]+-[0-9a-z-]+|[0-9.]+(?:\/\d+)?)</g)) ids.add(value)
  }
  return [...ids].slice(0, 100)
}

/** A server started with --trust-any-credentials accepts what others must refuse. */
async function trustsAnybody(run: Run, agent: Agent): Promise<boolean> {
  const answer = await send(run.url, agent, {
    kind: 'broken signature',
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from('Action=GetCallerIdentity&Version=2011-06-15'),
    isForged: true,
  })
  return typeof answer !== 'string' && answer.status === 200
}

/** The answer, or why there is none. */
function send(url: URL, agent: Agent, { method, path, headers, body }: BadRequest): Promise<Answer | string> {
  return new Promise((resolve) => {
    const outgoing = httpRequest(
      {
        host: url.hostname,
        port: url.port,
        method,
        path,
        headers: { ...headers, 'content-length': String(body.length) },
        agent,
        timeout: ANSWER_TIMEOUT_MS,
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', (error) => resolve(`answer cut short: ${error.message}`))
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            contentType: incoming.headers['content-type'] ?? '',
            requestId: incoming.headers['x-amzn-requestid']?.toString(),
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer in ${ANSWER_TIMEOUT_MS} ms`)))
    outgoing.on('error', (error) => resolve(`no answer: ${error.message}`))
    outgoing.end(body)
  })
}

const NOT_HTTP: Readonly<Record<string, string>> = {
  'not HTTP': 'hello, is this EC2?\r\n\r\n',
  'TLS hello': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'no host': 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
  CONNECT: 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n',
  'bad chunk': 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'two lengths': 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
  'huge headers': `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`,
  'huge declared body': 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n',
}

function rawAnswer(url: URL, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(url.port), url.hostname, () => socket.write(text, 'latin1'))
    let answer = ''
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy())
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
      if (answer.includes('</ErrorResponse>')) socket.destroy()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })
}

/** Connections that stop half-way: in the headers, in the body. */
export async function openHalf(url: URL, number: number): Promise<Socket[]> {
  const head = 'POST / HTTP/1.1\r\nHost: x\r\n'
  const beginnings = ['', 'POST / HT', `${head}Content-Le`, `${head}Content-Length: 9\r\n\r\nAct`]
  return Promise.all(
    Array.from({ length: number }, async (_, index) => {
      const socket = connect(Number(url.port), url.hostname)
      socket.on('error', () => {})
      // What the server says is not read, but must be taken, or its end would never be seen.
      socket.resume()
      await once(socket, 'connect')
      socket.write(beginnings[index % beginnings.length] ?? '')
      return socket
    }),
  )
}

/** How many the server has not ended by the time it should have. */
export async function countLeftOpen(sockets: readonly Socket[], limitMs: number): Promise<number> {
  const ends = sockets.map((socket) => (socket.closed ? true : once(socket, 'close').then(() => true)))
  const limit = new Promise<false>((resolve) => setTimeout(resolve, Math.max(limitMs, 0), false))
  const ended = await Promise.all(ends.map((end) => Promise.race([end, limit])))
  for (const socket of sockets) socket.destroy()
  return ended.filter((isEnded) => !isEnded).length
}

async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024
}

/** Growth over the second half that garbage waiting for its collection does not explain. */
const ALLOWED_GROWTH = { factor: 1.15, mib: 24 }

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      'access-key': { type: 'string' },
      'secret-key': { type: 'string' },
      requests: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      concurrency: { type: 'string', default: '32' },
      pid: { type: 'string' },
      only: { type: 'string' },
      'with-ids': { type: 'boolean', default: false },
    },
  })
  let server: ChildProcess | undefined
  let url = new URL(values.url ?? 'http://127.0.0.1')
  if (!values.url) {
    server = spawn(process.execPath, [new URL('bad-input-server.ts', import.meta.url).pathname], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(server.stdout ?? server, 'data')
    url = new URL(`http://127.0.0.1:${String(line).trim()}`)
  }
  const key = values.url
    ? { accessKeyId: values['access-key'] ?? 'test', secretAccessKey: values['secret-key'] ?? 'test' }
    : SERVER_KEY
  const [requests, seed, concurrency] = [Number(values.requests), Number(values.seed), Number(values.concurrency)]
  const pid = Number(values.pid ?? server?.pid ?? 0)
  try {
    const run = { url, key, requests, seed, concurrency, withIds: values['with-ids'] }
    if (values.only) return await sendOne(run, Number(values.only))
    const halfOpenSince = performance.now()
    const halfOpen = await openHalf(url, 100)
    const memory = new Map<number, number>()
    const onProgress = async (percent: number) => {
      if (pid > 0) memory.set(percent, await residentMib(pid))
    }
    const report = await sendBadInput({ ...run, onProgress })
    const violations = [...report.violations]
    const leftOpen = await countLeftOpen(halfOpen, HALF_OPEN_LIMIT_MS - (performance.now() - halfOpenSince))
    if (leftOpen > 0) violations.push(`${leftOpen} of ${halfOpen.length} half-open connections were never closed`)
    if (server && server.exitCode !== null) violations.push(`the server ended with ${server.exitCode}`)
    const [half = 0, full = 0] = [memory.get(50), memory.get(100)]
    if (full > half * ALLOWED_GROWTH.factor + ALLOWED_GROWTH.mib) {
      violations.push(`memory grew from ${half.toFixed(0)} MiB at 50 % to ${full.toFixed(0)} MiB at 100 %`)
    }
    print(report, requests, seed, memory, halfOpen.length - leftOpen, violations)
    return violations.length === 0 ? 0 : 1
  } finally {
    server?.kill()
  }
}

function print(
  report: Report,
  requests: number,
  seed: number,
  memory: ReadonlyMap<number, number>,
  closed: number,
  violations: string[],
) {
  for (const [name, number] of [...report.counts].sort()) console.log(`${String(number).padStart(8)}  ${name}`)
  const rss = [...memory].map(([percent, mib]) => `${mib.toFixed(0)} MiB at ${percent} %`).join(', ')
  console.log(`half-open connections closed by the server: ${closed}`)
  console.log(`memory of the server: ${rss || 'not read (give --pid)'}`)
  console.log(
    `${requests} requests, seed ${seed}, ${(requests / report.seconds).toFixed(0)} per second, ${violations.length} violations`,
  )
  for (const violation of violations) console.error(violation)
}

async function sendOne(run: Run, index: number): Promise<number> {
  const agent = new Agent()
  const request = badRequest(sourceOf(run, run.withIds ? await learnIds(run, agent) : []), index)
  const { method, path, headers, body, kind } = request
  console.log(kind, method, path, headers, body.length > 5000 ? `${body.length} bytes` : body.toString('latin1'))
  console.log(await send(run.url, agent, request))
  agent.destroy()
  return 0
}

if (import.meta.main) process.exit(await main())
