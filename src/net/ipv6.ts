import { parseIpv4 } from './ip.ts'

/** Parses IPv6 text (RFC 4291, section 2.2: `::`, an IPv4 tail) to a 128-bit integer; undefined for anything else. */
export function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const groups: (readonly number[])[] = []
  for (const [index, half] of halves.entries()) {
    const parsed = parseGroups(half, index === halves.length - 1)
    if (!parsed) return undefined
    groups.push(parsed)
  }
  const head = groups[0] ?? []
  const tail = groups[1] ?? []
  const missing = 8 - head.length - tail.length
  // `::` stands for at least one group of zeros.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  let value = 0n
  for (const group of [...head, ...new Array<number>(missing).fill(0), ...tail])
    value = value * 0x10000n + BigInt(group)
  return value
}

function parseGroups(text: string, isLast: boolean): readonly number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [index, part] of parts.entries()) {
    const ipv4 = isLast && index === parts.length - 1 ? parseIpv4(part) : undefined
    if (ipv4 !== undefined) groups.push(Math.floor(ipv4 / 0x10000), ipv4 % 0x10000)
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}

/** Whether an IPv6 address lies in a block such as `2001:db8::/32`; undefined when either is malformed. */
export function ipv6InBlock(address: string, block: string): boolean | undefined {
  const [base, lengthText = '128', ...rest] = block.split('/')
  const first = parseIpv6(base ?? '')
  const value = parseIpv6(address)
  const length = /^\d{1,3}$/.test(lengthText) ? Number(lengthText) : 129
  if (first === undefined || value === undefined || length > 128 || rest.length > 0) return undefined
  const hostBits = BigInt(128 - length)
  return first >> hostBits === value >> hostBits
}

/** An IPv6 block. `first` is the network address. */
export interface Ipv6Block {
  readonly first: bigint
  readonly prefixLength: number
}

/** Parses `2001:db8::/32`; undefined when malformed. Host bits are kept out of `first`. */
export function parseIpv6Block(text: string): Ipv6Block | undefined {
  const slash = text.indexOf('/')
  const address = slash < 0 ? undefined : parseIpv6(text.slice(0, slash))
  const lengthText = text.slice(slash + 1)
  const prefixLength = /^\d{1,3}$/.test(lengthText) ? Number(lengthText) : 129
  if (address === undefined || prefixLength > 128) return undefined
  const hostBits = BigInt(128 - prefixLength)
  return { first: (address >> hostBits) << hostBits, prefixLength }
}

/** Formats a 128-bit integer as RFC 5952 says: lower case, the longest run of two or more zero groups shortened. */
export function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16))
  let start = -1
  let length = 1
  for (let i = 0; i < 8; i++) {
    let end = i
    while (groups[end] === '0') end++
    if (end - i > length) {
      start = i
      length = end - i
    }
    i = Math.max(i, end)
  }
  if (start < 0) return groups.join(':')
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`
}

export function formatIpv6Block({ first, prefixLength }: Ipv6Block): string {
  return `${formatIpv6(first)}/${prefixLength}`
}

/** Whether every address of the block `inner` lies in the block `outer`; false when either is malformed. */
export function ipv6BlockContains(outer: string, inner: string): boolean {
  const one = parseIpv6Block(outer)
  const other = parseIpv6Block(inner)
  if (!one || !other || other.prefixLength < one.prefixLength) return false
  const hostBits = BigInt(128 - one.prefixLength)
  return one.first >> hostBits === other.first >> hostBits
}

/** Whether two blocks share an address. */
export function ipv6BlocksOverlap(a: string, b: string): boolean {
  return ipv6BlockContains(a, b) || ipv6BlockContains(b, a)
}
