import type { CreateManagedPrefixListRequest, CreateManagedPrefixListResult } from '@aws-sdk/client-ec2'
import type { ManagedPrefixList } from '../../resource/managed-prefix-list.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { prefixListMaxEntriesExceeded } from './errors-prefix-list.ts'
import {
  checkedMaxEntries,
  checkedPrefixListName,
  describeManagedPrefixList,
  parseEntries,
} from './managed-prefix-list.ts'
import { tagsFromSpecifications } from './tags.ts'

/**
 * Source: EC2 API Reference, CreateManagedPrefixList. The answer says `create-in-progress`, the next Describe
 * `create-complete`.
 *
 * @throws InvalidParameterValue, MissingParameter, PrefixListMaxEntriesExceeded
 */
export const createManagedPrefixList: Operation<CreateManagedPrefixListRequest, CreateManagedPrefixListResult> = {
  action: 'ec2:CreateManagedPrefixList',
  kind: 'write',

  handle(input, ctx) {
    if (!input.PrefixListName) throw errors.missingParameter('PrefixListName')
    if (input.MaxEntries === undefined) throw errors.missingParameter('MaxEntries')
    if (!input.AddressFamily) throw errors.missingParameter('AddressFamily')
    const { AddressFamily: addressFamily } = input
    if (addressFamily !== 'IPv4' && addressFamily !== 'IPv6') throw errors.invalidValue(addressFamily, 'addressFamily')
    const maxEntries = checkedMaxEntries(input.MaxEntries)
    const entries = parseEntries(addressFamily, input.Entries ?? [])
    if (entries.length > maxEntries) throw prefixListMaxEntriesExceeded(maxEntries)

    const list: ManagedPrefixList = {
      prefixListId: ctx.newId('pl'),
      ownerId: ctx.accountId,
      region: ctx.region,
      prefixListName: checkedPrefixListName(input.PrefixListName),
      addressFamily,
      maxEntries,
      state: 'create-complete',
      version: 1,
      entries,
      history: [],
      tags: tagsFromSpecifications(input.TagSpecifications, 'prefix-list'),
    }
    ctx.tx.put('managed-prefix-list', list)
    return { PrefixList: describeManagedPrefixList(list, 'create-in-progress') }
  },
}
