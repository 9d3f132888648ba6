/**
 * DNS messages as bytes: one query in, one response out.
 *
 * Written here and not left to dns-packet for three reasons, each checked against version 5.6.1. It does not compress
 * names, so eight addresses of an endpoint name take 960 bytes where 235 do, and every resolver that asks without
 * EDNS (glibc, by default) would be sent to TCP. It decodes names as UTF-8 and joins labels with dots, so a question
 * with other bytes, or with a dot inside a label, cannot be echoed as it came. And it decodes the data of every
 * record, so an unknown option that it dislikes would refuse a question that upstream would answer. The tests keep it
 * as the second opinion on all that is written here.
 *
 * Only what a resolver needs of a query is read: header, the one question, the OPT record (RFC 1035, RFC 6891).
 */
import { parseIpv6 } from '../net/ipv6.ts'

export const rcodes = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  /** Needs EDNS: its upper bits travel in the OPT record (RFC 6891, 6.1.3). */
  BADVERS: 16,
} as const
export type Rcode = (typeof rcodes)[keyof typeof rcodes]

export const types = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  AAAA: 28,
  OPT: 41,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
} as const
export const classIn = 1

/** A response over UDP to a query without EDNS holds no more (RFC 1035, 2.3.4). */
export const plainUdpBytes = 512
/** What we are ready to send and take in one datagram; AWS's resolver states the same (observed). */
export const maxUdpBytes = 4096
export const maxTcpBytes = 65_535
export const headerBytes = 12

const flagQr = 0x80_00
const flagTc = 0x02_00
const flagRd = 0x01_00
const flagRa = 0x00_80
const flagCd = 0x00_10
const dnssecOk = 0x80_00

export interface Question {
  /**
   * Lower case, without the trailing dot; the root is the empty string. Octets above 127 stand as Latin-1 characters
   * and a dot or backslash inside a label is escaped with a backslash, so no odd label can equal a name of ours.
   */
  readonly name: string
  readonly type: number
  readonly class: number
}

export interface Edns {
  readonly version: number
  readonly payloadBytes: number
  readonly dnssecOk: boolean
}

export interface Query {
  readonly id: number
  readonly question: Question
  /** As it came, case and all: what is echoed (many resolvers compare it, draft-vixie-dnsext-dns0x20). */
  readonly questionBytes: Buffer
  readonly recursionDesired: boolean
  readonly checkingDisabled: boolean
  readonly edns: Edns | undefined
  /** The whole message, to be forwarded. */
  readonly bytes: Buffer
}

/**
 * What a message turned out to be. `ignore`: too short for a header, or itself a response (answering one would let two
 * resolvers talk to each other for ever). `refuse`: a header that can be answered, on something that cannot be read.
 */
export type ParsedQuery =
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'refuse'; readonly response: Buffer; readonly rcode: Rcode }
  | { readonly kind: 'ignore' }

/** Parses a message that came from a client. Never throws, whatever the bytes. */
export function parseQuery(bytes: Buffer): ParsedQuery {
  if (bytes.length < headerBytes) return { kind: 'ignore' }
  const flags = bytes.readUInt16BE(2)
  if (flags & flagQr) return { kind: 'ignore' }
  if ((flags >> 11) & 0xf) return refuse(bytes, rcodes.NOTIMP)
  if (bytes.readUInt16BE(4) !== 1) return refuse(bytes, rcodes.FORMERR)

  const read = readQuestion(bytes)
  if (!read) return refuse(bytes, rcodes.FORMERR)
  const edns = readEdns(bytes, read.end)
  if (edns === 'malformed') return refuse(bytes, rcodes.FORMERR)

  const query: Query = {
    id: bytes.readUInt16BE(0),
    question: read.question,
    questionBytes: bytes.subarray(headerBytes, read.end),
    recursionDesired: (flags & flagRd) !== 0,
    checkingDisabled: (flags & flagCd) !== 0,
    edns,
    bytes,
  }
  return { kind: 'query', query }
}

/** A header-only response: the question could not be read, so none is echoed. */
function refuse(bytes: Buffer, rcode: Rcode): ParsedQuery {
  const response = Buffer.alloc(headerBytes)
  bytes.copy(response, 0, 0, 2)
  // The opcode and RD are the client's (RFC 1035, 4.1.1).
  response.writeUInt16BE(flagQr | (bytes.readUInt16BE(2) & (0x78_00 | flagRd)) | flagRa | rcode, 2)
  return { kind: 'refuse', response, rcode }
}

function readQuestion(bytes: Buffer): { question: Question; end: number } | undefined {
  let name = ''
  let offset = headerBytes
  for (;;) {
    const length = bytes[offset]
    // A pointer is refused too: nothing before the first question can be pointed at.
    if (length === undefined || length > 63) return undefined
    offset++
    if (length === 0) break
    if (offset + length > bytes.length || offset + length - headerBytes > 254) return undefined
    if (name !== '') name += '.'
    for (let i = offset; i < offset + length; i++) name += labelCharacter(bytes[i] ?? 0)
    offset += length
  }
  if (offset + 4 > bytes.length) return undefined
  const question = { name, type: bytes.readUInt16BE(offset), class: bytes.readUInt16BE(offset + 2) }
  return { question, end: offset + 4 }
}

function labelCharacter(octet: number): string {
  if (octet >= 0x41 && octet <= 0x5a) return String.fromCharCode(octet + 32)
  if (octet === 0x2e || octet === 0x5c) return `\\${String.fromCharCode(octet)}`
  return String.fromCharCode(octet)
}

/** Walks the records after the question, without reading their data, to the one OPT that there may be. */
function readEdns(bytes: Buffer, questionEnd: number): Edns | undefined | 'malformed' {
  const before = bytes.readUInt16BE(6) + bytes.readUInt16BE(8)
  const records = before + bytes.readUInt16BE(10)
  let offset = questionEnd
  let edns: Edns | undefined
  for (let i = 0; i < records; i++) {
    const isRoot = bytes[offset] === 0
    const fixed = skipName(bytes, offset)
    if (fixed === undefined || fixed + 10 > bytes.length) return 'malformed'
    offset = fixed + 10 + bytes.readUInt16BE(fixed + 8)
    if (offset > bytes.length) return 'malformed'
    if (bytes.readUInt16BE(fixed) !== types.OPT) continue
    // RFC 6891, 6.1.1: one, at the root, among the additional records; else FORMERR.
    if (edns || !isRoot || i < before) return 'malformed'
    edns = {
      payloadBytes: Math.max(plainUdpBytes, bytes.readUInt16BE(fixed + 2)),
      version: bytes[fixed + 5] ?? 0,
      dnssecOk: (bytes.readUInt16BE(fixed + 6) & dnssecOk) !== 0,
    }
  }
  return edns
}

function skipName(bytes: Buffer, start: number): number | undefined {
  let offset = start
  for (;;) {
    const length = bytes[offset]
    if (length === undefined) return undefined
    if (length === 0) return offset + 1
    if (length >= 0xc0) return offset + 2
    if (length > 63) return undefined
    offset += 1 + length
  }
}

/** One record of a response. Names are as in `Question.name`. */
export type ResourceRecord = { readonly name: string; readonly ttlSeconds: number } & (
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'PTR' | 'CNAME'; readonly target: string }
  | { readonly type: 'SOA'; readonly mname: string; readonly rname: string; readonly minimumSeconds: number }
)

export interface Response {
  readonly rcode: Rcode
  readonly answers: readonly ResourceRecord[]
  readonly authorities: readonly ResourceRecord[]
}

export const emptyResponse = (rcode: Rcode): Response => ({ rcode, answers: [], authorities: [] })

/** The largest response this client takes over this transport. */
export function maxResponseBytes(query: Query, transport: 'udp' | 'tcp'): number {
  if (transport === 'tcp') return maxTcpBytes
  return query.edns ? Math.min(query.edns.payloadBytes, maxUdpBytes) : plainUdpBytes
}

/**
 * Encodes a response; one that is longer than `maxBytes` becomes an empty one with TC set, and the client comes again
 * over TCP.
 *
 * AA stays clear: to an instance the VPC's resolver is a recursive resolver, whoever knows the name (observed on AWS).
 */
export function encodeResponse(query: Query, response: Response, maxBytes: number): Buffer {
  const encoded = encode(query, response, 0)
  return encoded.length <= maxBytes ? encoded : encode(query, emptyResponse(response.rcode), flagTc)
}

/** The empty response with TC that stands for an upstream answer too long for the client's datagrams. */
export function encodeTruncated(query: Query): Buffer {
  return encode(query, emptyResponse(rcodes.NOERROR), flagTc)
}

function encode(query: Query, response: Response, flags: number): Buffer {
  const writer = new Writer(query)
  for (const record of response.answers) writer.record(record)
  for (const record of response.authorities) writer.record(record)
  if (query.edns) writer.opt(query.edns, response.rcode)

  const { bytes } = writer
  bytes.writeUInt16BE(query.id, 0)
  const echoed = (query.recursionDesired ? flagRd : 0) | (query.checkingDisabled ? flagCd : 0)
  bytes.writeUInt16BE(flagQr | flagRa | echoed | flags | (response.rcode & 0xf), 2)
  bytes.writeUInt16BE(1, 4)
  bytes.writeUInt16BE(response.answers.length, 6)
  bytes.writeUInt16BE(response.authorities.length, 8)
  bytes.writeUInt16BE(query.edns ? 1 : 0, 10)
  return bytes.subarray(0, writer.length)
}

/** Grows a message behind header and question; names point back to where their end was written before. */
class Writer {
  bytes: Buffer
  length: number
  readonly #question: string
  /** In a name with escapes, text and octets do not line up, so nothing points into it. */
  readonly #pointable: boolean
  /** Ends of names written behind the question → where they begin: an alias's target stands in front of each address. */
  readonly #written = new Map<string, number>()

  constructor(query: Query) {
    this.bytes = Buffer.allocUnsafe(1024)
    this.length = headerBytes + query.questionBytes.copy(this.bytes, headerBytes)
    this.#question = query.question.name
    this.#pointable = this.#question !== '' && !this.#question.includes('\\')
  }

  record(record: ResourceRecord): void {
    this.#name(record.name)
    this.#reserve(10)
    this.#uint16(types[record.type])
    this.#uint16(classIn)
    this.#uint32(record.ttlSeconds)
    const lengthAt = this.length
    this.#uint16(0)
    this.#data(record)
    this.bytes.writeUInt16BE(this.length - lengthAt - 2, lengthAt)
  }

  /** Our own payload size, the client's DO (RFC 3225, 3), none of its options: we know none. */
  opt(edns: Edns, rcode: Rcode): void {
    this.#reserve(11)
    this.bytes[this.length++] = 0
    this.#uint16(types.OPT)
    this.#uint16(maxUdpBytes)
    this.bytes[this.length++] = rcode >> 4
    this.bytes[this.length++] = 0
    this.#uint16(edns.dnssecOk ? dnssecOk : 0)
    this.#uint16(0)
  }

  #data(record: ResourceRecord): void {
    switch (record.type) {
      case 'A': {
        this.#reserve(4)
        for (const octet of record.address.split('.')) this.bytes[this.length++] = Number(octet)
        return
      }
      case 'AAAA': {
        const address = parseIpv6(record.address)
        if (address === undefined) throw new RangeError(`no IPv6 address: ${record.address}`)
        this.#reserve(16)
        for (let shift = 112n; shift >= 0n; shift -= 16n) this.#uint16(Number((address >> shift) & 0xffffn))
        return
      }
      case 'PTR':
      case 'CNAME': {
        this.#name(record.target)
        return
      }
      case 'SOA': {
        this.#name(record.mname)
        this.#name(record.rname)
        this.#reserve(20)
        // Serial, refresh, retry and expire speak to secondaries, of which there are none; AWS's own numbers.
        for (const value of [1, 7200, 900, 1_209_600, record.minimumSeconds]) this.#uint32(value)
        return
      }
    }
  }

  #name(name: string): void {
    let rest = name
    while (rest !== '') {
      const at = this.#offsetInQuestion(rest) ?? this.#written.get(rest)
      if (at !== undefined) {
        this.#reserve(2)
        this.#uint16(0xc0_00 | at)
        return
      }
      const dot = rest.indexOf('.')
      const label = dot < 0 ? rest : rest.slice(0, dot)
      // RFC 1035, 4.1.4: a pointer has 14 bits.
      if (this.length < 0x40_00 && !rest.includes('\\')) this.#written.set(rest, this.length)
      this.#reserve(label.length + 1)
      this.bytes[this.length++] = label.length
      this.length += this.bytes.write(label, this.length, 'latin1')
      rest = dot < 0 ? '' : rest.slice(dot + 1)
    }
    this.#reserve(1)
    this.bytes[this.length++] = 0
  }

  /** The question's text and its octets line up: each label's length octet stands where the dot before it does. */
  #offsetInQuestion(name: string): number | undefined {
    if (!this.#pointable || !this.#question.endsWith(name)) return undefined
    const start = this.#question.length - name.length
    return start === 0 || this.#question[start - 1] === '.' ? headerBytes + start : undefined
  }

  #uint16(value: number): void {
    this.length = this.bytes.writeUInt16BE(value, this.length)
  }

  #uint32(value: number): void {
    this.length = this.bytes.writeUInt32BE(value, this.length)
  }

  #reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + more))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }
}
