import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { connect, isIPv6 } from 'node:net'

const timeoutMs = 2_000
/** More at once than a host's resolver would like to see from one client; the rest get no answer. */
const maxInFlight = 256
const headerBytes = 12
/** RFC 1035, 4.1.1: TC in the third byte. */
const truncatedBit = 0x02

export type Resolver = (query: Uint8Array) => Promise<Uint8Array | undefined>

export interface UpstreamOptions {
  /** Asked for every query: a laptop changes networks. */
  servers?(): readonly string[]
  readonly port?: number
  readonly timeoutMs?: number
}

/**
 * Names that no VPC knows, asked of the host's own resolvers. The agent cannot: it lives in the fabric namespace, which
 * no route leaves. Servers are asked in their order and share one time limit; a truncated answer is fetched over TCP.
 *
 * @returns the answer as it came, or undefined
 */
export function createUpstream(options: UpstreamOptions = {}): Resolver {
  const { servers = hostResolvers, port = 53 } = options
  let inFlight = 0

  return async (query) => {
    if (query.length < headerBytes || inFlight >= maxInFlight) return undefined
    inFlight++
    try {
      const addresses = servers()
      const shareMs = (options.timeoutMs ?? timeoutMs) / Math.max(1, addresses.length)
      for (const address of addresses) {
        const answer = await askUdp(query, address, port, shareMs)
        if (!answer) continue
        const isTruncated = ((answer[2] ?? 0) & truncatedBit) !== 0
        // A truncated answer is still one: the client knows what to make of it.
        return isTruncated ? ((await askTcp(query, address, port, shareMs)) ?? answer) : answer
      }
      return undefined
    } finally {
      inFlight--
    }
  }
}

/** The `nameserver` lines of resolv.conf(5); addresses of a fabric are ours and would ask in a circle. */
export function parseResolvConf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1])
    .filter((address) => address !== undefined)
    .filter((address) => !/^2[45]\d\./.test(address))
}

/** As the host's resolv.conf has them now. */
export function hostResolvers(): readonly string[] {
  try {
    return parseResolvConf(readFileSync('/etc/resolv.conf', 'utf8'))
  } catch {
    return []
  }
}

function askUdp(query: Uint8Array, address: string, port: number, limitMs: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address.split('%')[0] ?? '') ? 'udp6' : 'udp4')
    const finish = (answer?: Uint8Array) => {
      clearTimeout(timer)
      socket.removeAllListeners()
      // A late error of a closing socket is nobody's concern any more.
      socket.on('error', () => {})
      socket.close()
      resolve(answer)
    }
    const timer = setTimeout(finish, limitMs)
    socket.on('error', () => finish())
    socket.on('message', (message) => {
      if (answers(message, query)) finish(message)
    })
    // Connected, so that the kernel drops what comes from elsewhere and tells of a closed port at once.
    socket.connect(port, address, () => socket.send(query))
  })
}

/** RFC 1035, 4.2.2: over TCP each message follows its length in two bytes. */
function askTcp(query: Uint8Array, host: string, port: number, limitMs: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0)
    const socket = connect({ host, port })
    const finish = (answer?: Uint8Array) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(finish, limitMs)
    socket.on('error', () => finish())
    socket.on('close', () => finish())
    socket.on('connect', () => {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(query.length)
      socket.write(Buffer.concat([length, query]))
    })
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2) return
      const end = 2 + received.readUInt16BE(0)
      if (received.length < end) return
      const message = received.subarray(2, end)
      finish(answers(message, query) ? message : undefined)
    })
  })
}

/** The same id, and a response. */
function answers(message: Uint8Array, query: Uint8Array): boolean {
  return (
    message.length >= headerBytes &&
    message[0] === query[0] &&
    message[1] === query[1] &&
    ((message[2] ?? 0) & 0x80) !== 0
  )
}
