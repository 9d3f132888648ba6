/**
 * DER (ITU-T X.690), as far as X.509 needs it: Node reads certificates and writes none.
 *
 * A value is its bytes: tag, length, content. Writers nest; `readDer` gives one value and what follows it.
 */

export interface DerValue {
  readonly tag: number
  readonly content: Buffer
  /** What comes after the value. */
  readonly rest: Buffer
}

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

function value(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content])
}

/** Below 128 the length is one byte; above, a count of bytes and then these. */
function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes = bigEndian(BigInt(length))
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes])
}

function bigEndian(number: bigint): Buffer {
  const digits = number.toString(16)
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
}

export const sequence = (...items: readonly Uint8Array[]): Buffer => value(tags.sequence, ...items)
export const set = (...items: readonly Uint8Array[]): Buffer => value(tags.set, ...items)
export const octetString = (content: Uint8Array): Buffer => value(tags.octetString, content)
export const utf8String = (text: string): Buffer => value(tags.utf8String, Buffer.from(text))
export const boolean = (is: boolean): Buffer => value(tags.boolean, Buffer.from([is ? 0xff : 0]))

/** Not negative; a first bit that is set would make it so, hence the zero before it. */
export function integer(number: number | bigint): Buffer {
  const bytes = bigEndian(BigInt(number))
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0
  return value(tags.integer, isNegative ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)
}

export function bitString(content: Uint8Array, unusedBits = 0): Buffer {
  return value(tags.bitString, Buffer.from([unusedBits]), content)
}

/** Bits by their numbers, without the zeros at the end: a named bit list (X.690, 11.2.2). */
export function namedBits(...bits: readonly number[]): Buffer {
  const highest = Math.max(...bits)
  const bytes = Buffer.alloc((highest >> 3) + 1)
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7))
  return bitString(bytes, 7 - (highest & 7))
}

/** `1.2.840.10045.4.3.2`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number)
  return value(tags.oid, Buffer.from([first * 40 + second, ...others.flatMap(base128)]))
}

function base128(number: number): readonly number[] {
  const groups = [number & 0x7f]
  for (let left = number >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80)
  return groups
}

/** Two-digit years until 2049, as RFC 5280 wants it (4.1.2.5). */
export function time(at: Date): Buffer {
  const digits = `${at.toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')}Z`
  return at.getUTCFullYear() < 2050
    ? value(tags.utcTime, Buffer.from(digits.slice(2)))
    : value(tags.generalizedTime, Buffer.from(digits))
}

/** `[number]` around whole values. */
export const explicit = (number: number, ...items: readonly Uint8Array[]): Buffer => value(0xa0 | number, ...items)

/** `[number]` in place of a primitive value's own tag. */
export const implicit = (number: number, content: Uint8Array): Buffer => value(0x80 | number, content)

/** @throws RangeError when the bytes end before the value does */
export function readDer(bytes: Buffer): DerValue {
  const [tag, first] = bytes
  if (tag === undefined || first === undefined) throw new RangeError('DER: no value')
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (lengthBytes > 4 || bytes.length < 2 + lengthBytes) throw new RangeError('DER: bad length')
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes)
  const start = 2 + lengthBytes
  const end = start + length
  if (bytes.length < end) throw new RangeError(`DER: ${length} bytes announced, ${bytes.length - start} there`)
  return { tag, content: bytes.subarray(start, end), rest: bytes.subarray(end) }
}

/** The values inside a constructed one. */
export function readAll(content: Buffer): readonly DerValue[] {
  const values: DerValue[] = []
  for (let rest = content; rest.length > 0; ) {
    const next = readDer(rest)
    values.push(next)
    rest = next.rest
  }
  return values
}
