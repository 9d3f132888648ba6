import { errors } from './errors.ts'

export interface PageRequest {
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
}

/** Service Quotas API Reference: MaxResults is 1 to 100. */
const maxPage = 100

/**
 * One page of a list. The token names the item that the page before ended with.
 *
 * @throws IllegalArgumentException, InvalidPaginationTokenException
 */
export function paginate<T>(
  items: readonly T[],
  { MaxResults: size = maxPage, NextToken: token }: PageRequest,
  idOf: (item: T) => string,
): { readonly page: T[]; readonly next: { readonly NextToken?: string } } {
  if (size < 1 || size > maxPage) throw errors.illegalArgument(`MaxResults must be between 1 and ${maxPage}.`)
  const last = token ? items.findIndex((item) => encode(idOf(item)) === token) : -1
  if (token && last < 0) throw errors.invalidToken()
  const page = items.slice(last + 1, last + 1 + size)
  const end = page.at(-1)
  const isMore = last + 1 + size < items.length
  return { page, next: isMore && end !== undefined ? { NextToken: encode(idOf(end)) } : {} }
}

const encode = (id: string): string => Buffer.from(id).toString('base64url')
