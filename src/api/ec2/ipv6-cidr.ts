import { parseIpv6 } from '../../net/ipv6.ts'

/**
 * The canonical form of an IPv6 block: host bits cleared, text as in RFC 5952 (`2001:db8::/32`); undefined when malformed.
 *
 * Security group rules may name IPv6 blocks although VPCs have IPv4 only here: infrastructure code allows `::/0` beside
 * `0.0.0.0/0` as a habit, and revokes it again.
 */
export function canonicalIpv6Cidr(text: string): string | undefined {
  const slash = text.indexOf('/')
  const address = slash < 0 ? undefined : parseIpv6(text.slice(0, slash))
  const lengthText = text.slice(slash + 1)
  const prefixLength = /^\d{1,3}$/.test(lengthText) ? Number(lengthText) : 129
  if (address === undefined || prefixLength > 128) return undefined

  const hostBits = BigInt(128 - prefixLength)
  const network = (address >> hostBits) << hostBits
  const groups = Array.from({ length: 8 }, (_, i) => ((network >> BigInt(112 - 16 * i)) & 0xffffn).toString(16))
  // URL writes an IPv6 host as RFC 5952 says, the longest run of zeros shortened.
  return `${new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)}/${prefixLength}`
}
