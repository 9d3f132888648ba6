/** Middle value; the mean of the two middle ones when there is an even number. */
export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

/** Linear between the two nearest ranks. */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((a, b) => a - b)
  const rank = ((sorted.length - 1) * percent) / 100
  const below = sorted[Math.floor(rank)] ?? Number.NaN
  const above = sorted[Math.ceil(rank)] ?? Number.NaN
  return below + (above - below) * (rank - Math.floor(rank))
}

export const least = (values: readonly number[]): number => Math.min(...values)
export const most = (values: readonly number[]): number => Math.max(...values)

/** Lowest and highest value: with a handful of rounds, nothing finer can be said. */
export interface Spread {
  readonly median: number
  readonly low: number
  readonly high: number
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: median(values),
  low: least(values),
  high: most(values),
})
