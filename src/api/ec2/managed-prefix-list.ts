import type { AddPrefixListEntry, ManagedPrefixList as WirePrefixList } from '@aws-sdk/client-ec2'
import { formatCidr, parseCidr } from '../../net/cidr.ts'
import {
  type AwsPrefixList,
  awsPrefixListsOf,
  type ManagedPrefixList,
  type PrefixListEntry,
} from '../../resource/managed-prefix-list.ts'
import type { View } from '../../state/transaction.ts'
import * as errors from './errors.ts'
import * as listErrors from './errors-prefix-list.ts'
import { canonicalIpv6Cidr } from './ipv6-cidr.ts'
import { checkIdForm, requireOwned, type Scope } from './owned.ts'
import { checkedDescription } from './rule-description.ts'
import { toWireTags } from './tags.ts'

/** CreateManagedPrefixList and ModifyManagedPrefixList: "Array Members: maximum number of 100 items". */
const maxEntriesPerRequest = 100
/** Amazon VPC quotas: entries per prefix list. */
const largestMaxEntries = 1000
/** AWS says of no version that it is forgotten; ours are bounded, because every change writes the whole record. */
const rememberedVersions = 100

/** @throws InvalidPrefixListID.NotFound, OperationNotPermitted for a list of AWS */
export function requireManagedPrefixList(scope: Scope, id: string | undefined): ManagedPrefixList {
  if (awsListWithId(scope.region, id)) throw listErrors.prefixListIsManaged(id ?? '')
  return requireOwned(scope, 'managed-prefix-list', id, listErrors.prefixListId, 'prefixListId')
}

/** A list that a rule or a route of the caller may name: one of the caller's, or one of AWS. @throws InvalidPrefixListID.NotFound */
export function requireUsablePrefixList(scope: Scope, id: string): ManagedPrefixList | AwsPrefixList {
  return (
    awsListWithId(scope.region, id) ??
    requireOwned(scope, 'managed-prefix-list', id, listErrors.prefixListId, 'prefixListId')
  )
}

export function awsListWithId(region: string, id: string | undefined): AwsPrefixList | undefined {
  return awsPrefixListsOf(region).find(({ prefixListId }) => prefixListId === id)
}

export function checkPrefixListIds(ids: readonly string[]): void {
  for (const id of ids) checkIdForm(id, listErrors.prefixListId)
}

/** @throws InvalidParameterValue */
export function checkedPrefixListName(name: string): string {
  if (name.length > 255) throw errors.invalidValue(name, 'prefixListName', 'Up to 255 characters are allowed.')
  if (name.startsWith('com.amazonaws')) {
    throw errors.invalidValue(name, 'prefixListName', 'The name cannot start with com.amazonaws.')
  }
  return name
}

/** @throws InvalidParameterValue */
export function checkedMaxEntries(maxEntries: number): number {
  if (maxEntries < 1 || maxEntries > largestMaxEntries) {
    throw errors.invalidValue(maxEntries, 'maxEntries', `Must be between 1 and ${largestMaxEntries}.`)
  }
  return maxEntries
}

/**
 * Entries of a request, in canonical form and each of them once.
 *
 * @throws InvalidParameterValue, MissingParameter
 */
export function parseEntries(
  addressFamily: ManagedPrefixList['addressFamily'],
  wire: readonly AddPrefixListEntry[],
): readonly PrefixListEntry[] {
  if (wire.length > maxEntriesPerRequest) {
    throw errors.invalidParameterValue(`At most ${maxEntriesPerRequest} entries can be specified in one request.`)
  }
  const seen = new Set<string>()
  return wire.map(({ Cidr: text, Description: description }) => {
    if (!text) throw errors.missingParameter('Cidr')
    const cidr = canonicalCidr(addressFamily, text)
    if (cidr === undefined) {
      throw errors.invalidParameterValue(
        `The CIDR ${text} is not valid for a prefix list of address family ${addressFamily}.`,
      )
    }
    if (seen.has(cidr)) throw listErrors.entryRepeated(cidr)
    seen.add(cidr)
    return { cidr, ...(description && { description: checkedDescription(description) }) }
  })
}

function canonicalCidr(addressFamily: ManagedPrefixList['addressFamily'], text: string): string | undefined {
  if (addressFamily === 'IPv6') return canonicalIpv6Cidr(text)
  const cidr = parseCidr(text)
  return cidr && formatCidr(cidr)
}

/** The next version of a list: the one before is remembered. */
export function withEntries(
  list: ManagedPrefixList,
  entries: readonly PrefixListEntry[],
  state: ManagedPrefixList['state'],
): ManagedPrefixList {
  const history = [...list.history, { version: list.version, entries: list.entries }].slice(-rememberedVersions)
  return { ...list, version: list.version + 1, entries, history, state }
}

/** @throws InvalidParameterValue for a version that never was, or is forgotten */
export function entriesOfVersion(
  list: ManagedPrefixList,
  version: number,
  parameter: string,
): readonly PrefixListEntry[] {
  if (version === list.version) return list.entries
  const entries = list.history.find((old) => old.version === version)?.entries
  if (!entries) throw errors.invalidValue(version, parameter, 'The prefix list has no such version.')
  return entries
}

/** What names a list: security groups by their rules, and route tables. Each once, with its owner. */
export function associationsOf(
  { tx, region }: Scope,
  prefixListId: string,
  accountId: string,
): readonly { readonly resourceId: string; readonly resourceOwner: string }[] {
  const groups = tx
    .by('security-group-rule', 'prefixListId', prefixListId)
    .filter((rule) => rule.ownerId === accountId && tx.get('security-group', rule.groupId)?.region === region)
    .map((rule) => ({ resourceId: rule.groupId, resourceOwner: rule.ownerId }))
  const tables = tx
    .by('route-table', 'ownerId', accountId)
    .filter((table) => table.region === region)
    .filter((table) => table.routes.some((route) => route.destinationPrefixListId === prefixListId))
    .map((table) => ({ resourceId: table.routeTableId, resourceOwner: table.ownerId }))
  return [...new Map([...groups, ...tables].map((found) => [found.resourceId, found])).values()]
}

/** How many rules a rule counts for: one that names a list counts for as many entries as the list may have. */
export function weightOfPrefixList(tx: View, prefixListId: string): number {
  return tx.get('managed-prefix-list', prefixListId)?.maxEntries ?? 1
}

/** @param state what the answer of a change says; a list that is read has its own */
export function describeManagedPrefixList(
  list: ManagedPrefixList,
  state: WirePrefixList['State'] = list.state,
): WirePrefixList {
  return {
    PrefixListId: list.prefixListId,
    AddressFamily: list.addressFamily,
    State: state,
    PrefixListArn: `arn:aws:ec2:${list.region}:${list.ownerId}:prefix-list/${list.prefixListId}`,
    PrefixListName: list.prefixListName,
    MaxEntries: list.maxEntries,
    Version: list.version,
    OwnerId: list.ownerId,
    Tags: toWireTags(list.tags),
  }
}

/** AWS's own lists show neither size nor version. */
export function describeAwsPrefixList(region: string, { prefixListId, prefixListName }: AwsPrefixList): WirePrefixList {
  return {
    PrefixListId: prefixListId,
    AddressFamily: 'IPv4',
    State: 'create-complete',
    PrefixListArn: `arn:aws:ec2:${region}:aws:prefix-list/${prefixListId}`,
    PrefixListName: prefixListName,
    OwnerId: 'AWS',
    Tags: [],
  }
}
