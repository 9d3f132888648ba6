import type { ModifyManagedPrefixListRequest, ModifyManagedPrefixListResult } from '@aws-sdk/client-ec2'
import type { ManagedPrefixList, PrefixListEntry } from '../../resource/managed-prefix-list.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import * as listErrors from './errors-prefix-list.ts'
import {
  checkedMaxEntries,
  checkedPrefixListName,
  describeManagedPrefixList,
  parseEntries,
  requireManagedPrefixList,
  withEntries,
} from './managed-prefix-list.ts'

/**
 * Changes the name, the size, or the entries of a list: entries make a new version of it, and need the version that they
 * are meant for. An entry that is there already gets the new description.
 *
 * Source: EC2 API Reference, ModifyManagedPrefixList.
 *
 * @throws InvalidPrefixListID.NotFound, PrefixListVersionMismatch, PrefixListMaxEntriesExceeded,
 *         InvalidPrefixListModification, InvalidParameterCombination, InvalidParameterValue, InvalidRequest,
 *         MissingParameter
 */
export const modifyManagedPrefixList: Operation<ModifyManagedPrefixListRequest, ModifyManagedPrefixListResult> = {
  action: 'ec2:ModifyManagedPrefixList',
  kind: 'write',
  missing: ['lists are not synchronised with IPAM'],

  handle(input, ctx) {
    if (input.IpamPrefixListResolverSyncEnabled) throw errors.notSupported('Synchronisation with IPAM')
    const list = requireManagedPrefixList(ctx, input.PrefixListId)
    const added = parseEntries(list.addressFamily, input.AddEntries ?? [])
    const removed = parseEntries(list.addressFamily, input.RemoveEntries ?? [])
    const changesEntries = added.length > 0 || removed.length > 0
    if (!changesEntries && input.MaxEntries === undefined && !input.PrefixListName) throw listErrors.nothingToModify()
    if (changesEntries && input.MaxEntries !== undefined) throw listErrors.entriesAndSizeTogether()
    if (changesEntries && input.CurrentVersion === undefined) throw errors.missingParameter('CurrentVersion')
    if (input.CurrentVersion !== undefined && input.CurrentVersion !== list.version) {
      throw listErrors.prefixListVersionMismatch()
    }

    const named: ManagedPrefixList = {
      ...list,
      ...(input.PrefixListName && { prefixListName: checkedPrefixListName(input.PrefixListName) }),
      ...(input.MaxEntries !== undefined && { maxEntries: wantedSize(list, input.MaxEntries) }),
      state: 'modify-complete',
    }
    const changed = changesEntries ? withEntries(named, changedEntries(list, added, removed), 'modify-complete') : named
    ctx.tx.put('managed-prefix-list', changed)
    return { PrefixList: describeManagedPrefixList(changed, 'modify-in-progress') }
  },
}

function wantedSize({ entries }: ManagedPrefixList, wanted: number): number {
  const maxEntries = checkedMaxEntries(wanted)
  if (maxEntries < entries.length) {
    throw listErrors.invalidPrefixListModification(
      `The prefix list has ${entries.length} entries, more than the requested maximum of ${maxEntries}.`,
    )
  }
  return maxEntries
}

function changedEntries(
  { entries, maxEntries }: ManagedPrefixList,
  added: readonly PrefixListEntry[],
  removed: readonly PrefixListEntry[],
): readonly PrefixListEntry[] {
  const byCidr = new Map(entries.map((entry) => [entry.cidr, entry]))
  const addedCidrs = new Set(added.map(({ cidr }) => cidr))
  for (const { cidr } of removed) {
    if (addedCidrs.has(cidr)) throw listErrors.entryAddedAndRemoved(cidr)
    if (!byCidr.delete(cidr)) throw listErrors.noSuchEntry(cidr)
  }
  for (const entry of added) byCidr.set(entry.cidr, entry)
  if (byCidr.size > maxEntries) throw listErrors.prefixListMaxEntriesExceeded(maxEntries)
  return [...byCidr.values()]
}
