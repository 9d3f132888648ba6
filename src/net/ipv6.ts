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
