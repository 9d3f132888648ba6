import { Resolver } from 'node:dns/promises'
import { hostResolvers } from './upstream.ts'

/** The texts of a name's TXT records; undefined when nobody could be asked. */
export type LookupTxt = (name: string) => Promise<readonly string[] | undefined>

/** The name does not exist, or has no TXT record. */
const absentCodes: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA'])

/**
 * Asks the host's own resolvers, as `createUpstream` does for names that no VPC knows.
 *
 * By c-ares, which follows aliases and comes again over TCP; the servers are read for every question, because a laptop
 * changes networks.
 */
export function createTxtLookup(servers: () => readonly string[] = hostResolvers): LookupTxt {
  return async (name) => {
    const addresses = servers()
    if (addresses.length === 0) return undefined
    const resolver = new Resolver({ timeout: 2_000, tries: 2 })
    try {
      resolver.setServers([...addresses])
      const records = await resolver.resolveTxt(name)
      // One record is one text, in pieces of at most 255 octets (RFC 1035, 3.3).
      return records.map((pieces) => pieces.join(''))
    } catch (error) {
      return absentCodes.has((error as NodeJS.ErrnoException).code ?? '') ? [] : undefined
    }
  }
}
