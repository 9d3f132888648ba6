import type { Tag } from './tag.ts'

/** A set of DHCP options: a record. Instances get the VPC's resolver whatever it says. */
export interface DhcpOptions {
  readonly dhcpOptionsId: string
  readonly ownerId: string
  readonly region: string
  /** The set that every new VPC of the account begins with. */
  readonly isDefault: boolean
  readonly configurations: readonly { readonly key: string; readonly values: readonly string[] }[]
  readonly tags: readonly Tag[]
}
