import { errors } from './errors.ts'

/** How many come when the caller names no number. */
const defaultPageSize = 100

/**
 * One page of a list, in the order of names as IAM's lists are.
 *
 * The marker is the sort key of the last item that was given, not an offset, so what is made or deleted between two
 * pages neither repeats nor hides others. MaxItems has been checked by constraints.ts.
 */
export function page<T>(
  items: Iterable<T>,
  sortKey: (item: T) => string,
  { Marker, MaxItems }: { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
): { readonly items: T[]; readonly IsTruncated: boolean; readonly Marker?: string } {
  const sorted = [...items].map((item) => ({ item, key: sortKey(item) }))
  sorted.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const after = Marker === undefined ? undefined : parseMarker(Marker)
  const rest = after === undefined ? sorted : sorted.filter(({ key }) => key > after)
  const shown = rest.slice(0, MaxItems ?? defaultPageSize)
  const last = shown.at(-1)
  const hasMore = last !== undefined && shown.length < rest.length
  return {
    items: shown.map(({ item }) => item),
    IsTruncated: hasMore,
    ...(hasMore && { Marker: Buffer.from(last.key).toString('base64url') }),
  }
}

/** What the answer of a list says of its page, beside the items. */
export function pageEnd({ IsTruncated, Marker }: { readonly IsTruncated: boolean; readonly Marker?: string }): {
  IsTruncated: boolean
  Marker?: string
} {
  return { IsTruncated, ...(Marker === undefined ? {} : { Marker }) }
}

function parseMarker(marker: string): string {
  const key = Buffer.from(marker, 'base64url').toString()
  if (key === '' || Buffer.from(key).toString('base64url') !== marker) throw errors.invalidMarker()
  return key
}
