import type { Tag } from './tag.ts'

/** A named set of CIDR blocks that security group rules and routes can name. */
export interface ManagedPrefixList {
  readonly prefixListId: string
  readonly ownerId: string
  readonly region: string
  readonly prefixListName: string
  readonly addressFamily: 'IPv4' | 'IPv6'
  readonly maxEntries: number
  /** Grows by one with every change of the entries. */
  readonly version: number
  readonly entries: readonly { readonly cidr: string; readonly description?: string }[]
  /** Entries of earlier versions, for GetManagedPrefixListEntries and RestoreManagedPrefixListVersion; oldest first. */
  readonly history: readonly { readonly version: number; readonly entries: ManagedPrefixList['entries'] }[]
  readonly tags: readonly Tag[]
}
