/**
 * IPv4 addresses as text (`10.0.1.5`) and as unsigned 32-bit integers.
 *
 * Text is what every other room carries; the integer exists for arithmetic only.
 */

/** Parses dotted-quad text; undefined for anything else (leading zeros, ranges, IPv6). */
export function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (!match) return undefined
  let value = 0
  for (const part of match.slice(1)) {
    const octet = Number(part)
    if (octet > 255 || (part.length > 1 && part.startsWith('0'))) return undefined
    value = value * 256 + octet
  }
  return value
}

/** The integer of an address already known to be valid; throws RangeError otherwise. */
export function ipv4ToInt(text: string): number {
  const value = parseIpv4(text)
  if (value === undefined) throw new RangeError(`not an IPv4 address: ${text}`)
  return value
}

/** Formats an unsigned 32-bit integer as dotted-quad text. */
export function formatIpv4(value: number): string {
  return `${Math.floor(value / 2 ** 24) % 256}.${Math.floor(value / 2 ** 16) % 256}.${Math.floor(value / 256) % 256}.${value % 256}`
}
