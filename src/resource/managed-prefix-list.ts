import type { Tag } from './tag.ts'

/** A named set of CIDR blocks that security group rules and routes can name. */
export interface ManagedPrefixList {
  readonly prefixListId: string
  readonly ownerId: string
  readonly region: string
  readonly prefixListName: string
  readonly addressFamily: 'IPv4' | 'IPv6'
  /** What a rule that names the list counts for in the quota of rules. */
  readonly maxEntries: number
  /** What was last done; everything is done at once, so no list is ever `…-in-progress` when it is read. */
  readonly state: 'create-complete' | 'modify-complete' | 'restore-complete'
  /** Grows by one with every change of the entries. */
  readonly version: number
  readonly entries: readonly PrefixListEntry[]
  /** Entries of earlier versions, for GetManagedPrefixListEntries and RestoreManagedPrefixListVersion; oldest first. */
  readonly history: readonly { readonly version: number; readonly entries: readonly PrefixListEntry[] }[]
  readonly tags: readonly Tag[]
}

export interface PrefixListEntry {
  /** Canonical, of the list's address family. */
  readonly cidr: string
  readonly description?: string
}

/** A list that AWS keeps for one of its services: it is the same for every account and nobody's to change. */
export interface AwsPrefixList {
  readonly prefixListId: string
  /** `com.amazonaws.us-east-1.s3`. */
  readonly prefixListName: string
}

/** The services that gateway endpoints lead to. */
const listedServices = ['s3', 'dynamodb'] as const

/**
 * AWS's own lists of a Region, without entries: the services are not here, so no address is theirs, and a rule that names
 * one of these lists lets nothing pass. The ids are ours: AWS's are in no pattern.
 */
export function awsPrefixListsOf(region: string): readonly AwsPrefixList[] {
  return listedServices.map((service) => {
    const prefixListName = `com.amazonaws.${region}.${service}`
    return { prefixListId: `pl-${hashOf(prefixListName)}`, prefixListName }
  })
}

/** FNV-1a, 32 bits, as eight hex digits: stable names for a few dozen texts. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
