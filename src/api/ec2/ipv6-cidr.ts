import { formatIpv6Block, parseIpv6Block } from '../../net/ipv6.ts'

/** The canonical form of an IPv6 block: host bits cleared, text as in RFC 5952 (`2001:db8::/32`); undefined when malformed. */
export function canonicalIpv6Cidr(text: string): string | undefined {
  const block = parseIpv6Block(text)
  return block && formatIpv6Block(block)
}
