import type { Filter } from '@aws-sdk/client-ec2'
import type { AwsError } from '../../aws/error.ts'
import * as errors from './errors.ts'
import { applyFilters } from './filters.ts'
import { type PageRequest, paginate } from './pagination.ts'

/** A question for resources of a kind that does not exist here. */
export interface Question {
  readonly ids?: readonly string[] | undefined
  readonly filters?: readonly Filter[] | undefined
  readonly page?: PageRequest
}

/** What AWS says of the kind. */
export interface AbsentKind {
  readonly notFound: (id: string) => AwsError
  /** The filters that the call knows besides `tag:KEY` and `tag-key`. */
  readonly filterNames: readonly string[]
  /** Default: it has tags. */
  readonly hasTags?: boolean
  /** Default: 5 to 1000. */
  readonly min?: number
  readonly max?: number
}

/**
 * Looks for what cannot be there. Consoles and infrastructure code ask for NAT gateways, peerings and the like in every
 * VPC they look at; the true answer is an empty list, and the question is checked as if there might be some.
 *
 * @throws NotFound for any id, InvalidParameterValue, InvalidNextToken
 */
export function findNothing({ ids = [], filters, page = {} }: Question, kind: AbsentKind): void {
  const [id] = ids
  if (id !== undefined) throw kind.notFound(id)
  const table = Object.fromEntries(kind.filterNames.map((name) => [name, () => undefined]))
  applyFilters([], filters, table, kind.hasTags === false ? undefined : () => [], errors.unknownFilter)
  paginate([], page, { min: kind.min ?? 5, max: kind.max ?? 1000 })
}
