import type { TimestampFormat } from './schema.ts'

const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:?\d\d)?$/
const HTTP_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/
const EPOCH_SECONDS = /^-?\d+(?:\.\d+)?$/

/** Whatever of AWS's three formats the text is in: AWS's services read them all. Undefined when it is none. */
export function parseTimestamp(text: string): Date | undefined {
  if (DATE_TIME.test(text)) {
    // Without an offset the text means UTC; JavaScript would read it as local time.
    const hasOffset = /[Zz]$|[+-]\d\d:?\d\d$/.test(text.slice(10))
    return valid(new Date(hasOffset ? text.toUpperCase() : `${text.toUpperCase()}Z`))
  }
  if (EPOCH_SECONDS.test(text)) return valid(new Date(Math.round(Number(text) * 1000)))
  if (HTTP_DATE.test(text)) return valid(new Date(text))
  return undefined
}

/** Throws RangeError for an invalid Date: a handler's fault, not the caller's. */
export function formatTimestamp(date: Date, format: TimestampFormat): string {
  switch (format) {
    case 'date-time':
      return date.toISOString()
    case 'http-date':
      return date.toUTCString()
    case 'epoch-seconds':
      return String(epochSeconds(date))
  }
}

export function epochSeconds(date: Date): number {
  const ms = date.getTime()
  if (Number.isNaN(ms)) throw new RangeError('Invalid time value')
  return ms / 1000
}

function valid(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date
}
