import { invalidNextToken, invalidParameterCombination, maxResultsTooLarge, maxResultsTooSmall } from './errors.ts'

export interface PageRequest {
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
}

export interface PageLimits<T> {
  /** Default: 1. */
  readonly min?: number
  readonly max: number
  /** A size above `max` counts as `max`, as some calls have it, instead of being refused. */
  readonly isClamped?: true
  /**
   * An item's id. With it a page starts after the last item of the one before, wherever that stands now; without it
   * (or when that item is gone) at the position where it stood.
   */
  readonly idOf?: (item: T) => string
}

/**
 * One page of a Describe call's items.
 *
 * Without MaxResults everything is answered at once, as most EC2 calls do below a thousand items. The token holds the
 * position and the id of the last item given, so it means the same after a restart and with every control process.
 *
 * @throws InvalidNextToken, InvalidParameterValue
 */
export function paginate<T>(
  items: readonly T[],
  { MaxResults: wanted, NextToken: token }: PageRequest,
  { min = 1, max, isClamped, idOf }: PageLimits<T>,
): { readonly page: readonly T[]; readonly nextToken: string | undefined } {
  const size = isClamped && wanted !== undefined ? Math.min(wanted, max) : wanted
  if (size !== undefined && size < min) throw maxResultsTooSmall(size, min)
  if (size !== undefined && size > max) throw maxResultsTooLarge(size, max)

  const start = token ? startOf(items, token, idOf) : 0
  const end = size === undefined ? items.length : Math.min(items.length, start + size)
  const last = items[end - 1]
  const nextToken =
    end < items.length && last !== undefined ? encodeToken({ position: end, lastId: idOf?.(last) ?? '' }) : undefined
  return { page: items.slice(start, end), nextToken }
}

/** Several Describe calls refuse a page size beside a list of ids. `ids` is the list's name on the wire. */
export function refuseIdsWithMaxResults(
  ids: readonly string[] | undefined,
  idsName: string,
  { MaxResults: size }: PageRequest,
): void {
  if (ids && ids.length > 0 && size !== undefined) {
    throw invalidParameterCombination(`The parameter ${idsName} cannot be used with the parameter maxResults`)
  }
}

interface Token {
  readonly position: number
  readonly lastId: string
}

/** `1` is the version of the token's layout. */
function encodeToken({ position, lastId }: Token): string {
  return Buffer.from(`1:${position}:${lastId}`).toString('base64url')
}

function startOf<T>(items: readonly T[], text: string, idOf: ((item: T) => string) | undefined): number {
  const decoded = Buffer.from(text, 'base64url').toString()
  const match = /^1:(\d{1,9}):(.*)$/s.exec(decoded)
  const position = Number(match?.[1])
  const lastId = match?.[2] ?? ''
  if (!match || encodeToken({ position, lastId }) !== text) throw invalidNextToken()
  const index = idOf && lastId !== '' ? items.findIndex((item) => idOf(item) === lastId) : -1
  return index < 0 ? position : index + 1
}
