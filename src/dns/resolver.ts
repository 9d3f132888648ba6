import type { Logger } from 'pino'
import type { DnsConfig, DnsRecord } from '../plan/program.ts'
import { answerQuestion } from './answer.ts'
import {
  emptyResponse,
  encodeResponse,
  encodeTruncated,
  headerBytes,
  maxResponseBytes,
  parseQuery,
  type Query,
  type Rcode,
  rcodes,
} from './message.ts'

/**
 * Bytes in, bytes out: one message from one peer, whichever transport brought it.
 *
 * Our own names are answered in the same turn of the event loop. Upstream is somebody else's computer: each question
 * it is asked has a deadline, and there is a bound on how many are open, in all and per VPC, so that one VPC asking a
 * dead upstream takes neither memory nor answers from the others.
 */

/** Asks the host's own resolver; undefined when there is none or it did not answer. */
export type ResolveUpstream = (query: Buffer) => Promise<Buffer | undefined>

export interface ResolverLimits {
  readonly upstreamTimeoutMs: number
  readonly upstreamInFlight: number
  readonly upstreamInFlightPerVpc: number
}

export const defaultResolverLimits: ResolverLimits = {
  // The first retry of glibc and of musl comes after 5 s: an answer later than that is nobody's.
  upstreamTimeoutMs: 4_900,
  upstreamInFlight: 1_024,
  upstreamInFlightPerVpc: 256,
}

/** Messages since the start, by what became of them. */
export interface ResolverStats {
  queries: number
  /** Answered from the VPC's and the public names, denials included. */
  answered: number
  forwarded: number
  /** Forwarded, and no answer came in time. */
  upstreamFailed: number
  /** Not forwarded: too many were open. */
  upstreamRefused: number
  upstreamInFlight: number
  /** FORMERR and NOTIMP. */
  malformed: number
  /** REFUSED: from no VPC that we know, or of a class or type that is not served. */
  refused: number
  /** Not answered at all: a VPC without DNS support, a message that is no query, or no configuration yet. */
  ignored: number
  truncated: number
}

export interface Resolver {
  update(config: DnsConfig): void
  /** Calls `reply` once: with the response, or undefined when none is to be sent. */
  handle(message: Buffer, peerIp: string, transport: 'udp' | 'tcp', reply: (response: Buffer | undefined) => void): void
  stats(): Readonly<ResolverStats>
}

export function createResolver(options: {
  readonly resolveUpstream: ResolveUpstream
  readonly log: Pick<Logger, 'warn'>
  readonly limits?: Partial<ResolverLimits>
}): Resolver {
  const limits = { ...defaultResolverLimits, ...options.limits }
  let config: DnsConfig | undefined
  const openByPeer = new Map<string, number>()
  const stats: ResolverStats = {
    queries: 0,
    answered: 0,
    forwarded: 0,
    upstreamFailed: 0,
    upstreamRefused: 0,
    upstreamInFlight: 0,
    malformed: 0,
    refused: 0,
    ignored: 0,
    truncated: 0,
  }

  // Counted per record and not per server: a client that asks for A and AAAA in turn would else always see one order.
  // Begun at random: records are made anew with every change, and the first address would else get more than its share.
  const turns = new WeakMap<DnsRecord, number>()
  const turnOf = (record: DnsRecord) => {
    const turn = turns.get(record) ?? Math.floor(Math.random() * 2 ** 30)
    turns.set(record, turn + 1)
    return turn
  }

  const encodeFailure = (query: Query, rcode: Rcode, maxBytes: number) =>
    encodeResponse(query, emptyResponse(rcode), maxBytes)

  const forward = (query: Query, peerIp: string, maxBytes: number, reply: (response: Buffer) => void) => {
    const open = openByPeer.get(peerIp) ?? 0
    if (stats.upstreamInFlight >= limits.upstreamInFlight || open >= limits.upstreamInFlightPerVpc) {
      stats.upstreamRefused++
      return reply(encodeFailure(query, rcodes.SERVFAIL, maxBytes))
    }
    stats.forwarded++
    stats.upstreamInFlight++
    openByPeer.set(peerIp, open + 1)

    let settled = false
    const settle = (response: Buffer | undefined) => {
      if (settled) return
      settled = true
      clearTimeout(deadline)
      stats.upstreamInFlight--
      const left = (openByPeer.get(peerIp) ?? 1) - 1
      if (left === 0) openByPeer.delete(peerIp)
      else openByPeer.set(peerIp, left)

      if (!response || !isResponse(response)) {
        stats.upstreamFailed++
        return reply(encodeFailure(query, rcodes.SERVFAIL, maxBytes))
      }
      if (response.length > maxBytes) {
        stats.truncated++
        return reply(encodeTruncated(query))
      }
      const restored = Buffer.from(response)
      restored.writeUInt16BE(query.id, 0)
      reply(restored)
    }
    const deadline = setTimeout(settle, limits.upstreamTimeoutMs, undefined)
    // A question that upstream has not answered keeps no process alive.
    deadline.unref()
    options.resolveUpstream(query.bytes).then(settle, (error: unknown) => {
      options.log.warn({ err: error }, 'the upstream resolver could not be asked: answering SERVFAIL')
      settle(undefined)
    })
  }

  const handle: Resolver['handle'] = (message, peerIp, transport, reply) => {
    stats.queries++
    const parsed = parseQuery(message)
    const vpc = config?.vpcs.get(peerIp)
    // Before the first configuration every VPC would be a stranger; silence makes clients ask again.
    if (!config || parsed.kind === 'ignore' || vpc?.enabled === false) {
      stats.ignored++
      return reply(undefined)
    }
    if (parsed.kind === 'refuse') {
      stats.malformed++
      return reply(parsed.response)
    }

    const { query } = parsed
    const maxBytes = maxResponseBytes(query, transport)
    // RFC 6891, 6.1.3: a version that we do not speak is told the one that we do.
    if (query.edns && query.edns.version > 0) {
      stats.malformed++
      return reply(encodeFailure(query, rcodes.BADVERS, maxBytes))
    }
    const answer = answerQuestion(query.question, config, peerIp, turnOf)
    if (answer.kind === 'silence') {
      stats.ignored++
      return reply(undefined)
    }
    if (answer.kind === 'forward') return forward(query, peerIp, maxBytes, reply)
    if (answer.response.rcode === rcodes.REFUSED) stats.refused++
    else stats.answered++
    reply(encodeResponse(query, answer.response, maxBytes))
  }

  return {
    update: (next) => {
      config = next
    },
    handle,
    stats: () => stats,
  }
}

/** Whether upstream's bytes are at least a response; their content is between upstream and the client. */
function isResponse(bytes: Buffer): boolean {
  return bytes.length >= headerBytes && (bytes.readUInt16BE(2) & 0x80_00) !== 0
}
