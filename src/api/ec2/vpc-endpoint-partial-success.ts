import type { UnsuccessfulItem } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import { type IdErrors, missingParameter } from './errors.ts'
import { checkIdForm } from './owned.ts'

/**
 * Runs a bulk call: what fails for one resource is told in `unsuccessful`, with HTTP 200, and the others go on
 * (reference 15.2). An id that is none fails the whole call: it was not understood.
 *
 * @param parameter  its name for MissingParameter
 * @param each       must write nothing before it throws
 */
export function partialSuccess(
  ids: readonly string[] | undefined,
  parameter: string,
  idErrors: IdErrors,
  each: (id: string) => void,
): { readonly Unsuccessful: UnsuccessfulItem[] } {
  if (!ids || ids.length === 0) throw missingParameter(parameter)
  const unique = [...new Set(ids)]
  for (const id of unique) checkIdForm(id, idErrors)
  return {
    Unsuccessful: unique.flatMap((ResourceId) => {
      try {
        each(ResourceId)
        return []
      } catch (error) {
        if (!(error instanceof AwsError)) throw error
        return [{ ResourceId, Error: { Code: error.code, Message: error.message } }]
      }
    }),
  }
}
