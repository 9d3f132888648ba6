/** A set of HTTP codes as `Matcher.HttpCode` writes it: `200`, `200,301`, `200-399`, `200,301,400-404`. */
export interface HttpCodeMatcher {
  matches(code: number): boolean
}

/**
 * Parses a matcher.
 *
 * @returns undefined when the text is malformed, a range is upside down, or a code is outside 200..599, the range AWS
 *          has for network load balancers (reference, 2.4)
 */
export function parseHttpCodeMatcher(text: string): HttpCodeMatcher | undefined {
  const ranges: { readonly from: number; readonly to: number }[] = []
  for (const part of text.split(',')) {
    const match = /^\s*(\d{3})(?:-(\d{3}))?\s*$/.exec(part)
    if (!match) return undefined
    const from = Number(match[1])
    const to = match[2] === undefined ? from : Number(match[2])
    if (from < 200 || to > 599 || from > to) return undefined
    ranges.push({ from, to })
  }
  return { matches: (code) => ranges.some(({ from, to }) => code >= from && code <= to) }
}
