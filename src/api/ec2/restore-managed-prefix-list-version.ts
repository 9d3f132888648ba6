import type { RestoreManagedPrefixListVersionRequest, RestoreManagedPrefixListVersionResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { prefixListVersionMismatch } from './errors-prefix-list.ts'
import {
  describeManagedPrefixList,
  entriesOfVersion,
  requireManagedPrefixList,
  withEntries,
} from './managed-prefix-list.ts'

/**
 * Makes a new version of a list with the entries of an earlier one.
 *
 * Source: EC2 API Reference, RestoreManagedPrefixListVersion.
 *
 * @throws InvalidPrefixListID.NotFound, PrefixListVersionMismatch, InvalidParameterValue, MissingParameter
 */
export const restoreManagedPrefixListVersion: Operation<
  RestoreManagedPrefixListVersionRequest,
  RestoreManagedPrefixListVersionResult
> = {
  action: 'ec2:RestoreManagedPrefixListVersion',
  kind: 'write',

  handle(input, ctx) {
    const list = requireManagedPrefixList(ctx, input.PrefixListId)
    if (input.PreviousVersion === undefined) throw errors.missingParameter('PreviousVersion')
    if (input.CurrentVersion === undefined) throw errors.missingParameter('CurrentVersion')
    if (input.CurrentVersion !== list.version) throw prefixListVersionMismatch()
    const entries = entriesOfVersion(list, input.PreviousVersion, 'previousVersion')
    const restored = withEntries(list, entries, 'restore-complete')
    ctx.tx.put('managed-prefix-list', restored)
    return { PrefixList: describeManagedPrefixList(restored, 'restore-in-progress') }
  },
}
