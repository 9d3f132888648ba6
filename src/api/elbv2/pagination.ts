import { constraintViolated, validationError } from './errors.ts'

/** Most results of one answer, and how many come when the caller names no number (reference 0). */
const maxPageSize = 400

/**
 * One page of a list in creation order.
 *
 * The marker is the sort key of the last item that was given, not an offset, so resources made or deleted between
 * two pages neither repeat nor hide others.
 */
export function page<T>(
  items: Iterable<T>,
  sortKey: (item: T) => string,
  { Marker, PageSize }: { readonly Marker?: string | undefined; readonly PageSize?: number | undefined },
): { readonly items: readonly T[]; readonly NextMarker?: string } {
  if (PageSize !== undefined && PageSize < 1) {
    throw constraintViolated(PageSize, 'pageSize', 'Member must have value greater than or equal to 1')
  }
  if (PageSize !== undefined && PageSize > maxPageSize) {
    throw constraintViolated(PageSize, 'pageSize', `Member must have value less than or equal to ${maxPageSize}`)
  }
  const sorted = [...items].map((item) => ({ item, key: sortKey(item) }))
  sorted.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const after = Marker ? parseMarker(Marker) : ''
  const rest = after === '' ? sorted : sorted.filter(({ key }) => key > after)
  const shown = rest.slice(0, PageSize ?? maxPageSize)
  const last = shown.at(-1)
  const hasMore = last !== undefined && shown.length < rest.length
  return {
    items: shown.map(({ item }) => item),
    ...(hasMore && { NextMarker: Buffer.from(last.key).toString('base64url') }),
  }
}

function parseMarker(marker: string): string {
  const key = Buffer.from(marker, 'base64url').toString()
  if (key === '' || Buffer.from(key).toString('base64url') !== marker) {
    throw validationError(`The marker '${marker}' is not valid`)
  }
  return key
}
