import { AwsError } from '../../aws/error.ts'
import { dependencyViolation, idErrors, invalidParameterCombination, invalidParameterValue } from './errors.ts'

/**
 * The errors of managed prefix lists. Codes: EC2 API Reference, "Error codes for the Amazon EC2 API", and those that
 * Terraform's provider looks for. AWS publishes no texts; those marked observed are from answers quoted in public, the others
 * from memory.
 */

export const prefixListId = idErrors(
  'InvalidPrefixListId.Malformed',
  'InvalidPrefixListID.NotFound',
  'pl',
  'prefix list ID',
  'prefix list IDs',
)

/** Observed. Terraform's provider (5.100 and 6.2 at least) runs into it on AWS too when only a description changes. */
export const prefixListVersionMismatch = () =>
  new AwsError('PrefixListVersionMismatch', 'The prefix list has the incorrect version number.')

export const prefixListMaxEntriesExceeded = (maxEntries: number) =>
  new AwsError(
    'PrefixListMaxEntriesExceeded',
    `You've reached the maximum number of entries for the prefix list: ${maxEntries}.`,
  )

export const invalidPrefixListModification = (message: string) => new AwsError('InvalidPrefixListModification', message)

export const noSuchEntry = (cidr: string) =>
  invalidPrefixListModification(`The CIDR block ${cidr} is not an entry of the prefix list.`)

/** Observed. */
export const entriesAndSizeTogether = () =>
  invalidParameterCombination(
    'You cannot modify the entries and the maximum entries for the prefix list in the same request.',
  )

/** Observed. */
export const entryAddedAndRemoved = (cidr: string) =>
  invalidParameterValue(`Request cannot contain Cidr ${cidr} in both AddPrefixListEntries and RemovePrefixListEntries`)

/** Observed: nothing to change. */
export const nothingToModify = () => new AwsError('InvalidRequest', 'The request received was invalid.')

export const entryRepeated = (cidr: string) =>
  invalidParameterValue(`The CIDR block ${cidr} is specified more than once.`)

export const prefixListInUse = (id: string) =>
  dependencyViolation(`The prefix list '${id}' has dependencies and cannot be deleted.`)

export const prefixListIsManaged = (id: string) =>
  new AwsError('OperationNotPermitted', `The prefix list '${id}' is managed by AWS and cannot be changed.`)
