/**
 * PROXY protocol version 2: headers as a load balancer writes them, and as anybody may send them.
 *
 * Source: haproxy.org, proxy-protocol.txt, section 2.2; what AWS puts into it: reference section 7.2 and the capture there,
 * which the tests hold us to byte by byte.
 *
 * AWS fills the space behind the addresses to 72 bytes with a NOOP, so that a header's length tells nothing of what is in it.
 * Seen on IPv4; that IPv6 is filled to the same 72 is our assumption.
 */
import { crc32c } from './crc32c.ts'
import { formatIpv4, ipv4ToInt } from './ip.ts'
import { formatIpv6, parseIpv6 } from './ipv6.ts'

const signature = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a)
/** Signature, version and command, family and transport, length. */
export const fixedHeaderBytes = 16
/** A header that a receiver need not take: the specification asks for 536 bytes, AWS sends up to 124; more is an attack. */
export const maxHeaderBytes = 4096

export const tlvType = { alpn: 0x01, authority: 0x02, crc32c: 0x03, noop: 0x04, aws: 0xea, underpass: 0xe0 } as const
/** First byte of the value of an AWS TLV. */
export const awsSubtype = { vpcEndpointId: 0x01 } as const
/**
 * First byte of the value of a TLV of ours: what AWS does not tell. Type 0xE0 is the first of those that the specification
 * leaves to applications (section 2.2.7).
 */
export const underpassSubtype = { accountId: 0x01, vpcId: 0x02, availabilityZone: 0x03 } as const

/** Bytes of TLVs that a header of AWS has, the filling included. */
const filledTlvBytes = 72

export interface Tlv {
  readonly type: number
  readonly value: Uint8Array
}

/** Two ends of a connection, in one family. */
export interface ProxyAddresses {
  readonly family: 'ipv4' | 'ipv6'
  readonly transport: 'tcp' | 'udp'
  readonly sourceIp: string
  readonly destinationIp: string
  readonly sourcePort: number
  readonly destinationPort: number
}

export interface ProxyHeader {
  /** LOCAL: the sender speaks for itself (a health check), and what else stands in the header is to be ignored. */
  readonly command: 'LOCAL' | 'PROXY'
  /** Absent with LOCAL, and with a family that we know nothing of (AF_UNSPEC, AF_UNIX). */
  readonly addresses?: ProxyAddresses
  readonly tlvs: readonly Tlv[]
  /** Whole header, after which the connection's own bytes begin. */
  readonly lengthBytes: number
}

/** `more`: so far it may become a header. */
export type ParsedHeader = ProxyHeader | 'more' | { readonly malformed: string }

/** Sixteen bytes: what a health check sends to a target that expects a header. */
export const localHeader: Uint8Array = Uint8Array.of(...signature, 0x20, 0x00, 0x00, 0x00)

export function textTlv(type: number, subtype: number, text: string): Tlv {
  return { type, value: Uint8Array.of(subtype, ...new TextEncoder().encode(text)) }
}

/**
 * A header in AWS's order: checksum, the given TLVs, filling.
 *
 * @param tlvs  of at most 65535 bytes each
 */
export function encodeProxyHeader(addresses: ProxyAddresses, tlvs: readonly Tlv[]): Uint8Array {
  return new HeaderTemplate(addresses.family, addresses.transport, tlvs).fill(addresses)
}

/** All of a header that does not change from connection to connection of one kind, made once. */
export class HeaderTemplate {
  readonly #bytes: Uint8Array
  readonly #family: 'ipv4' | 'ipv6'

  constructor(family: 'ipv4' | 'ipv6', transport: 'tcp' | 'udp', tlvs: readonly Tlv[]) {
    this.#family = family
    const addressBytes = family === 'ipv4' ? 12 : 36
    const givenBytes = tlvs.reduce((sum, { value }) => sum + 3 + value.length, 7)
    // A NOOP needs three bytes for itself; what leaves less room than that is not filled.
    const fillBytes = filledTlvBytes - givenBytes >= 3 ? filledTlvBytes - givenBytes : 0
    const length = addressBytes + givenBytes + fillBytes
    const bytes = new Uint8Array(fixedHeaderBytes + length)
    bytes.set(signature)
    bytes[12] = 0x21
    bytes[13] = (family === 'ipv4' ? 0x10 : 0x20) | (transport === 'tcp' ? 1 : 2)
    setUint16(bytes, 14, length)
    let at = fixedHeaderBytes + addressBytes
    at = putTlv(bytes, at, tlvType.crc32c, new Uint8Array(4))
    for (const { type, value } of tlvs) at = putTlv(bytes, at, type, value)
    if (fillBytes > 0) putTlv(bytes, at, tlvType.noop, new Uint8Array(fillBytes - 3))
    this.#bytes = bytes
  }

  /** @returns a new array */
  fill({ sourceIp, destinationIp, sourcePort, destinationPort }: ProxyAddresses): Uint8Array {
    const bytes = this.#bytes.slice()
    const addressBytes = this.#family === 'ipv4' ? 4 : 16
    let at = fixedHeaderBytes
    for (const ip of [sourceIp, destinationIp]) {
      bytes.set(addressBytesOf(this.#family, ip), at)
      at += addressBytes
    }
    setUint16(bytes, at, sourcePort)
    setUint16(bytes, at + 2, destinationPort)
    // Taken over the whole header with its own four bytes zero, which the template has.
    setUint32(bytes, at + 4 + 3, crc32c(bytes))
    return bytes
  }
}

/**
 * Reads the header that a connection begins with.
 *
 * Anything may come, so every length is checked against what is there before it is used. A TLV that reaches past the end, a
 * wrong checksum and a version other than 2 make the header malformed: the specification has the receiver close then.
 */
export function parseProxyHeader(bytes: Uint8Array): ParsedHeader {
  const known = Math.min(bytes.length, signature.length)
  for (let i = 0; i < known; i++) if (bytes[i] !== signature[i]) return { malformed: 'it begins with no signature' }
  if (bytes.length < fixedHeaderBytes) return 'more'
  const [versionAndCommand = 0, familyAndTransport = 0] = bytes.subarray(12, 14)
  if (versionAndCommand >> 4 !== 2) return { malformed: `version ${versionAndCommand >> 4}` }
  const command = versionAndCommand & 0x0f
  if (command > 1) return { malformed: `command ${command}` }
  const lengthBytes = fixedHeaderBytes + getUint16(bytes, 14)
  if (lengthBytes > maxHeaderBytes) return { malformed: `${lengthBytes} bytes long` }
  if (bytes.length < lengthBytes) return 'more'
  // The receiver of LOCAL takes the connection as it is and skips the rest, whatever that is.
  if (command === 0) return { command: 'LOCAL', tlvs: [], lengthBytes }

  const header = bytes.subarray(0, lengthBytes)
  const addresses = parseAddresses(header, familyAndTransport)
  if (addresses && 'malformed' in addresses) return addresses
  const tlvsAt = fixedHeaderBytes + addressesLength(familyAndTransport)
  // Of a family without a known length nothing behind the fixed part can be told apart.
  const tlvs = parseTlvs(header, Number.isNaN(tlvsAt) ? lengthBytes : tlvsAt)
  if ('malformed' in tlvs) return tlvs
  return { command: 'PROXY', ...(addresses ? { addresses } : {}), tlvs: tlvs.tlvs, lengthBytes }
}

/** The endpoint that the connection came through; only traffic through PrivateLink has one. */
export function vpcEndpointIdOf(tlvs: readonly Tlv[]): string | undefined {
  return textOf(tlvs, tlvType.aws, awsSubtype.vpcEndpointId)
}

export function textOf(tlvs: readonly Tlv[], type: number, subtype: number): string | undefined {
  const found = tlvs.find((tlv) => tlv.type === type && tlv.value[0] === subtype)
  return found && new TextDecoder('latin1').decode(found.value.subarray(1))
}

/** By the high four bits of byte 13: AF_UNSPEC, AF_INET, AF_INET6, AF_UNIX. */
function addressesLength(familyAndTransport: number): number {
  return [0, 12, 36, 216][familyAndTransport >> 4] ?? Number.NaN
}

function parseAddresses(
  header: Uint8Array,
  familyAndTransport: number,
): ProxyAddresses | { readonly malformed: string } | undefined {
  const family = familyAndTransport >> 4
  const transport = familyAndTransport & 0x0f
  if (header.length < fixedHeaderBytes + (addressesLength(familyAndTransport) || 0)) {
    return { malformed: 'too short for its addresses' }
  }
  if ((family !== 1 && family !== 2) || (transport !== 1 && transport !== 2)) return undefined
  const size = family === 1 ? 4 : 16
  const ipAt = (at: number): string =>
    family === 1 ? formatIpv4(getUint32(header, at)) : ipv6TextOf(header.subarray(at, at + 16))
  return {
    family: family === 1 ? 'ipv4' : 'ipv6',
    transport: transport === 1 ? 'tcp' : 'udp',
    sourceIp: ipAt(fixedHeaderBytes),
    destinationIp: ipAt(fixedHeaderBytes + size),
    sourcePort: getUint16(header, fixedHeaderBytes + 2 * size),
    destinationPort: getUint16(header, fixedHeaderBytes + 2 * size + 2),
  }
}

function parseTlvs(header: Uint8Array, from: number): { readonly tlvs: Tlv[] } | { readonly malformed: string } {
  const tlvs: Tlv[] = []
  for (let at = from; at < header.length; ) {
    const end = at + 3 > header.length ? Number.POSITIVE_INFINITY : at + 3 + getUint16(header, at + 1)
    if (end > header.length) return { malformed: 'a TLV reaches past the end' }
    const type = header[at] ?? 0
    const value = header.subarray(at + 3, end)
    if (type === tlvType.crc32c && !hasChecksum(header, at + 3, end)) return { malformed: 'the checksum is wrong' }
    tlvs.push({ type, value })
    at = end
  }
  return { tlvs }
}

function hasChecksum(header: Uint8Array, from: number, to: number): boolean {
  if (to - from !== 4) return false
  // Not slice(): a Buffer's shares its memory.
  const zeroed = Uint8Array.from(header)
  zeroed.fill(0, from, to)
  return crc32c(zeroed) === getUint32(header, from)
}

function putTlv(bytes: Uint8Array, at: number, type: number, value: Uint8Array): number {
  bytes[at] = type
  setUint16(bytes, at + 1, value.length)
  bytes.set(value, at + 3)
  return at + 3 + value.length
}

function addressBytesOf(family: 'ipv4' | 'ipv6', ip: string): Uint8Array {
  if (family === 'ipv4') {
    const bytes = new Uint8Array(4)
    setUint32(bytes, 0, ipv4ToInt(ip))
    return bytes
  }
  const value = parseIpv6(ip)
  if (value === undefined) throw new RangeError(`not an IPv6 address: ${ip}`)
  return Uint8Array.from({ length: 16 }, (_, i) => Number((value >> BigInt(120 - 8 * i)) & 0xffn))
}

function ipv6TextOf(bytes: Uint8Array): string {
  return formatIpv6(bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n))
}

function setUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8
  bytes[at + 1] = value & 0xff
}

function setUint32(bytes: Uint8Array, at: number, value: number): void {
  setUint16(bytes, at, value >>> 16)
  setUint16(bytes, at + 2, value & 0xffff)
}

const getUint16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
const getUint32 = (bytes: Uint8Array, at: number): number =>
  ((getUint16(bytes, at) << 16) | getUint16(bytes, at + 2)) >>> 0
