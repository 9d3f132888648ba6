import { formatIpv4, parseIpv4 } from './ip.ts'

/** An IPv4 block. `first` is the network address, `size` the number of addresses in it. */
export interface Cidr {
  readonly first: number
  readonly prefixLength: number
  readonly size: number
}

/**
 * Parses `10.0.0.0/16`.
 *
 * @returns undefined when the text is malformed. Host bits are kept out of `first`; ask `isCanonicalCidr` to
 *          know whether the text had any (AWS normalises VPC blocks and refuses some others).
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/')
  if (slash < 0) return undefined
  const lengthText = text.slice(slash + 1)
  if (!/^\d{1,2}$/.test(lengthText)) return undefined
  const prefixLength = Number(lengthText)
  const address = parseIpv4(text.slice(0, slash))
  if (address === undefined || prefixLength > 32) return undefined
  const size = 2 ** (32 - prefixLength)
  return { first: address - (address % size), prefixLength, size }
}

/** Formats a block as `10.0.0.0/16`. */
export function formatCidr(cidr: Cidr): string {
  return `${formatIpv4(cidr.first)}/${cidr.prefixLength}`
}

/** Whether `text` is a block written with no host bits set. */
export function isCanonicalCidr(text: string): boolean {
  const cidr = parseCidr(text)
  return cidr !== undefined && formatCidr(cidr) === text
}

/** Whether the block holds the address (an integer, see `ip.ts`). */
export function cidrHasAddress(cidr: Cidr, address: number): boolean {
  return address >= cidr.first && address < cidr.first + cidr.size
}

/** Whether every address of `inner` lies in `outer`. */
export function cidrContains(outer: Cidr, inner: Cidr): boolean {
  return inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size
}

/** Whether the two blocks share an address. */
export function cidrsOverlap(a: Cidr, b: Cidr): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size
}
