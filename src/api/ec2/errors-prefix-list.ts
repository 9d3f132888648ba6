import { AwsError } from '../../aws/error.ts'
import { dependencyViolation, idErrors, invalidParameterCombination, invalidParameterValue } from './errors.ts'

/**
 * The errors of managed prefix lists. Codes: EC2 API Reference, "Error codes for the Amazon EC2 API", and those that
 * Terraform's provider looks for; AWS publishes no texts for them, so all texts here are from memory.
 */

export const prefixListId = idErrors(
  'InvalidPrefixListId.Malformed',
  'InvalidPrefixListID.NotFound',
  'pl',
  'prefix list ID',
  'prefix list IDs',
)

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

export const entriesAndSizeTogether = () =>
  invalidParameterCombination(
    'You cannot modify the entries of a prefix list and modify the size of a prefix list at the same time.',
  )

export const entryAddedAndRemoved = (cidr: string) =>
  invalidParameterValue(`The CIDR block ${cidr} cannot be added and removed in the same request.`)

export const entryRepeated = (cidr: string) =>
  invalidParameterValue(`The CIDR block ${cidr} is specified more than once.`)

export const prefixListInUse = (id: string) =>
  dependencyViolation(`The prefix list '${id}' has dependencies and cannot be deleted.`)

export const prefixListIsManaged = (id: string) =>
  new AwsError('OperationNotPermitted', `The prefix list '${id}' is managed by AWS and cannot be changed.`)
