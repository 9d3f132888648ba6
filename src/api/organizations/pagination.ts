import { errors } from './errors.ts'

/** AWS's bound, and what it uses when the caller asks for no size. */
const maxPageSize = 20

/**
 * One page of a list, oldest first.
 *
 * The token names the last item of the page before, so what is made meanwhile shifts nothing. Whoever comes back after
 * that very item is gone is told that the token is invalid, and starts again.
 *
 * @throws InvalidInputException
 */
export function page<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  { NextToken, MaxResults }: { readonly NextToken?: string | undefined; readonly MaxResults?: number | undefined },
): { readonly items: T[]; readonly NextToken?: string } {
  const size = MaxResults ?? maxPageSize
  if (!Number.isInteger(size) || size < 1 || size > maxPageSize) {
    throw errors.invalidInput(`MaxResults must be 1 to ${maxPageSize}.`)
  }
  const start = NextToken === undefined ? 0 : 1 + items.findIndex((item) => tokenOf(idOf(item)) === NextToken)
  if (NextToken !== undefined && start === 0) throw errors.invalidInput('NextToken is not a token of this list.')
  const shown = items.slice(start, start + size)
  const last = shown.at(-1)
  return {
    items: shown,
    ...(last !== undefined && start + size < items.length ? { NextToken: tokenOf(idOf(last)) } : {}),
  }
}

const tokenOf = (id: string): string => Buffer.from(`after ${id}`).toString('base64url')
