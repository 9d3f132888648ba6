/**
 * Keys and fingerprints of kernel objects.
 *
 * plan/ writes them and kernel/observe.ts reads them back, so both must make them here.
 */

export const netnsKey = (netns: string): string => `netns:${netns}`
/** A wire is known by its end `a`. */
export const wireKey = (netns: string, ifname: string): string => `wire:${netns}:${ifname}`
export const routeKey = (netns: string, destination: string): string => `route:${netns}:${destination}`
export const nftSetKey = (netns: string, name: string): string => `nft-set:${netns}:${name}`
export const nftCounterKey = (netns: string, name: string): string => `nft-counter:${netns}:${name}`
export const nftChainKey = (netns: string, name: string): string => `nft-chain:${netns}:${name}`
export const nftCtTimeoutKey = (netns: string, name: string): string => `nft-ct-timeout:${netns}:${name}`
export const nftElementKey = (netns: string, set: string, element: string): string =>
  `nft-element:${netns}:${set}:${element}`

/**
 * 52 bits of a content hash, as 13 hex digits: short enough for an interface alias or an nft comment.
 *
 * cyrb53: two multiply-xorshift lanes. It tells one text from its successor; it resists no adversary, and nobody
 * but us writes these texts. Not node:crypto, because plan is pure and this is called for every object of a program.
 */
export function fingerprintOf(content: string): string {
  let h1 = 0xdeadbeef
  let h2 = 0x41c6ce57
  for (let i = 0; i < content.length; i++) {
    const code = content.charCodeAt(i)
    h1 = Math.imul(h1 ^ code, 2654435761)
    h2 = Math.imul(h2 ^ code, 1597334677)
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909)
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909)
  return (4294967296 * (0xfffff & h2) + (h1 >>> 0)).toString(16).padStart(13, '0')
}
