/**
 * A locally administered, unicast MAC address made of 40 bits of a hex id.
 *
 * Deterministic, so that both ends of a link can be given permanent neighbour entries without asking.
 * `0x06` sets the locally-administered bit and leaves the multicast bit clear, and is what EC2 shows too.
 *
 * @param hex at least ten hex digits (an AWS id without its prefix has seventeen)
 */
export function macFromHex(hex: string, firstOctet = '06'): string {
  const digits = hex.slice(0, 10).padStart(10, '0')
  return [firstOctet, ...(digits.match(/../g) ?? [])].join(':')
}
