/**
 * Where the IPv6 blocks come from that AWS would provide (AmazonProvidedIpv6CidrBlock): one /56 for each asking.
 *
 * AWS gives globally unique addresses of its own, which we have not. These are unique local ones (RFC 4193), so no packet
 * that escaped could ever be somebody else's, and no VPC gets a block that another one has or had. Whoever wants another
 * pool changes the two numbers below; blocks that were given keep their text.
 */
import { formatIpv6Block, type Ipv6Block } from '../net/ipv6.ts'

/** `fdec:2000::/28`: 28 bits are left for the number of a /56. */
export const ipv6Pool: Ipv6Block = { first: 0xfdec2000n << 96n, prefixLength: 28 }
const blockPrefixLength = 56

/** The block with a number from 0 to 2^28 - 1. */
export function ipv6BlockNumber(index: number): string {
  const first = ipv6Pool.first | (BigInt(index) << BigInt(128 - blockPrefixLength))
  return formatIpv6Block({ first, prefixLength: blockPrefixLength })
}
