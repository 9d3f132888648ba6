/** What a benchmark found: values first, text last. */
import type { Spread } from './statistics.ts'

export type Unit = 'ratio' | 'µs' | 'ms' | 's' | 'MB' | 'Gbit/s' | '1/s' | 'count'

/** One figure, and the promise it is held against, if any. */
export interface Figure {
  readonly what: string
  readonly unit: Unit
  readonly spread: Spread
  readonly promise?: { readonly atLeast: number } | { readonly atMost: number }
}

export interface Finding {
  readonly title: string
  /** How it was measured, in a line or two, for whoever reads the table alone. */
  readonly method: string
  readonly figures: readonly Figure[]
}

/** Whether the median keeps the promise; undefined when nothing is promised. */
export function isKept({ promise, spread }: Figure): boolean | undefined {
  if (!promise) return undefined
  return 'atLeast' in promise ? spread.median >= promise.atLeast : spread.median <= promise.atMost
}

const decimals: Readonly<Record<Unit, number>> = {
  ratio: 2,
  µs: 1,
  ms: 1,
  s: 2,
  MB: 0,
  'Gbit/s': 1,
  '1/s': 0,
  count: 0,
}

const show = (value: number, unit: Unit): string => value.toFixed(decimals[unit])

function promiseText({ promise, unit }: Figure): string {
  if (!promise) return ''
  return 'atLeast' in promise ? `≥ ${show(promise.atLeast, unit)}` : `≤ ${show(promise.atMost, unit)}`
}

/** A finding as a table for a terminal. */
export function renderFinding({ title, method, figures }: Finding): string {
  const header = ['', 'median', 'low … high', 'promised', '']
  const rows = figures.map((figure) => {
    const { what, unit, spread } = figure
    const suffix = unit === 'ratio' || unit === 'count' ? '' : ` ${unit}`
    const kept = isKept(figure)
    return [
      what,
      `${show(spread.median, unit)}${suffix}`,
      `${show(spread.low, unit)} … ${show(spread.high, unit)}`,
      promiseText(figure),
      kept === undefined ? '' : kept ? 'kept' : 'MISSED',
    ]
  })
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')}`.trimEnd()
  return [title, ...method.split('\n').map((text) => `  ${text}`), '', line(header), ...rows.map(line), ''].join('\n')
}
