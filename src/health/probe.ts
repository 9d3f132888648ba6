import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { localHeader } from '../net/proxy-protocol.ts'
import type { HealthCheck } from '../plan/program.ts'
import type { ProbeOutcome } from './check-state.ts'
import { createStatusReader } from './http-status.ts'
import { type HttpCodeMatcher, parseHttpCodeMatcher } from './matcher.ts'

/**
 * One probe of one target, over a real socket.
 *
 * Targets must not suffer from being asked: a connection ends with FIN, after what the target had to say was read. A
 * socket that is closed with data unread, or that data reaches later, answers with RST, and servers that greet first
 * (SSH, SMTP, MySQL) would log "connection reset" at every check.
 */
export interface ProbeEvents {
  /** At most once, and not after `cancel`. */
  outcome(outcome: ProbeOutcome): void
  /** Once, always, after everything else and in a later turn: the socket is gone and its place is free. */
  closed(): void
}

/** @returns cancel: drops the connection at once */
export type StartProbe = (check: HealthCheck, events: ProbeEvents) => () => void

/** How long a target may take to close its side, once what we wanted to know is known. */
export const lingerMs = 1_000
/** A page beyond this is not read to its end. */
const maxDrainedBytes = 1 << 20

/** Errors of this host that say nothing about the target: connect(2), socket(2). */
const localErrors: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL'])

export const startProbe: StartProbe = (check, events) => {
  let decided = false
  let drainedBytes = 0
  let timer: NodeJS.Timeout | undefined

  const decide = (outcome: ProbeOutcome) => {
    if (decided) return
    decided = true
    events.outcome(outcome)
  }

  const readStatus = check.protocol === 'TCP' ? undefined : createStatusReader()
  const read = (chunk: Buffer) => {
    drainedBytes += chunk.length
    if (drainedBytes > maxDrainedBytes) socket.destroy()
    if (decided || !readStatus) return
    const status = readStatus(chunk)
    if (status === 'more') return
    if (status === 'malformed') decide({ kind: 'failed' })
    else if (matcherOf(check.matcherHttpCode).matches(status)) decide({ kind: 'success' })
    else decide({ kind: 'code-mismatch', code: status })
    // The target was told `Connection: close`: it ends the connection, and only if it does not, we do.
    waitForEnd()
  }

  const ready = () => {
    if (check.proxyHeader && check.protocol !== 'HTTPS') socket.write(localHeader)
    if (check.protocol !== 'TCP') {
      socket.write(renderRequest(check))
      return
    }
    decide({ kind: 'success' })
    waitForEnd()
    socket.end()
  }

  const waitForEnd = () => {
    clearTimeout(timer)
    timer = setTimeout(destroy, lingerMs)
  }
  const destroy = () => {
    socket.destroy()
  }

  let socket: Socket
  try {
    socket = open(check, ready, read)
  } catch (error) {
    // Arguments that connect refuses, a TLS context that cannot be made.
    queueMicrotask(() => {
      decide({ kind: 'not-probed', error: error as NodeJS.ErrnoException })
      events.closed()
    })
    return () => {
      decided = true
    }
  }

  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (localErrors.has(error.code)) decide({ kind: 'not-probed', error })
    else decide(error.code === 'ETIMEDOUT' ? { kind: 'timeout' } : { kind: 'failed' })
  })
  socket.once('close', () => {
    clearTimeout(timer)
    // Closed by the target before it had answered.
    decide({ kind: 'failed' })
    events.closed()
  })
  timer = setTimeout(() => {
    decide({ kind: 'timeout' })
    socket.destroy()
  }, check.timeoutMs)

  return () => {
    decided = true
    socket.destroy()
  }
}

/** What is read is looked at in the same turn and never kept, so one buffer serves every probe. */
const sharedBuffer = Buffer.alloc(16_384)

function open(check: HealthCheck, ready: () => void, read: (chunk: Buffer) => void): Socket {
  const { connectIp: host, connectPort: port } = check
  if (check.protocol === 'HTTPS') {
    // Certificates of targets are not validated (NLB guide, "Health checks": HTTPS).
    const below = check.proxyHeader ? connect({ host, port }) : undefined
    below?.write(localHeader)
    const socket = connectTls({ ...(below ? { socket: below } : { host, port }), rejectUnauthorized: false })
    // Whatever becomes of the one below becomes of the session on it.
    below?.on('error', () => {})
    socket.once('secureConnect', ready)
    socket.on('data', read)
    return socket
  }
  const socket = connect({
    host,
    port,
    noDelay: true,
    onread: {
      buffer: sharedBuffer,
      callback: (bytes) => {
        read(sharedBuffer.subarray(0, bytes))
        return true
      },
    },
  })
  socket.once('connect', ready)
  return socket
}

/** Headers as observed from AWS's health checkers. */
function renderRequest(check: HealthCheck): string {
  return [
    `GET ${encodePath(check.path)} HTTP/1.1`,
    `Host: ${check.httpHost}`,
    'Connection: close',
    'User-Agent: ELB-HealthChecker/2.0',
    'Accept-Encoding: gzip, compressed',
    '',
    '',
  ].join('\r\n')
}

/** A path comes from a tenant: nothing in it may end the request line. */
function encodePath(path: string): string {
  return path.replace(/[^\x21-\x7e]+/g, (text) =>
    [...Buffer.from(text)].map((octet) => `%${octet.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}

const matchers = new Map<string, HttpCodeMatcher>()
const matchesNothing: HttpCodeMatcher = { matches: () => false }

/** Parsed once per text; there are few. A text that api/ should have refused matches nothing. */
function matcherOf(text: string): HttpCodeMatcher {
  const known = matchers.get(text)
  if (known) return known
  if (matchers.size >= 1_000) matchers.clear()
  const matcher = parseHttpCodeMatcher(text) ?? matchesNothing
  matchers.set(text, matcher)
  return matcher
}
