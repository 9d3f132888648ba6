import { isIPv6 } from 'node:net'

/**
 * The canonical form of an IPv6 block: host bits cleared, text as in RFC 5952 (`2001:db8::/32`); undefined when malformed.
 *
 * Security group rules may name IPv6 blocks although VPCs have IPv4 only here: infrastructure code allows `::/0` beside
 * `0.0.0.0/0` as a habit, and revokes it again.
 */
export function canonicalIpv6Cidr(text: string): string | undefined {
  const slash = text.indexOf('/')
  const address = text.slice(0, slash)
  const prefixText = text.slice(slash + 1)
  if (slash < 0 || !/^\d{1,3}$/.test(prefixText) || address.includes('%') || !isIPv6(address)) return undefined
  const prefixLength = Number(prefixText)
  if (prefixLength > 128) return undefined

  const hostBits = BigInt(128 - prefixLength)
  const network = (addressBits(address) >> hostBits) << hostBits
  const groups = Array.from({ length: 8 }, (_, i) => ((network >> BigInt(112 - 16 * i)) & 0xffffn).toString(16))
  // URL writes IPv6 hosts as RFC 5952 says, the longest run of zeros shortened.
  return `${new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)}/${prefixLength}`
}

function addressBits(address: string): bigint {
  // The hostname of a URL has no dotted-quad tail, so groups are all that is left to read.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  return [...before, ...Array<string>(zeros).fill('0'), ...after].reduce(
    (bits, group) => (bits << 16n) | BigInt(`0x${group}`),
    0n,
  )
}
