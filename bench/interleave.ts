/**
 * Several paths, measured in turn.
 *
 * A round measures every path once in some order and once more in the opposite order, so that a machine that gets
 * busier or hotter during the round does it to all of them; the next round begins with another path. Ratios are made
 * within a round, and the median is of the rounds' ratios.
 *
 * Beside the speed stands the CPU time of everybody who took part, per request: where two processors are busy with this
 * alone it says the same, and where others use them too it says it with less noise.
 */
import type { Setting } from './benchmark.ts'
import { type Measurement, measure, type Path, type Workload, workloads } from './load.ts'

/** By round, what each path did for each workload. */
export class Results {
  /** How it was measured, in words. */
  readonly method: string
  readonly #rounds = new Map<string, Measurement[]>()

  constructor(method: string) {
    this.method = method
  }

  add(workload: Workload, path: Path, measurement: Measurement): void {
    const key = `${workload}|${path.name}`
    this.#rounds.set(key, [...(this.#rounds.get(key) ?? []), measurement])
  }

  of(workload: Workload, path: Path): readonly Measurement[] {
    return this.#rounds.get(`${workload}|${path.name}`) ?? []
  }

  /** How many times as fast as another. */
  speedRatios(workload: Workload, path: Path, other: Path): number[] {
    const others = this.of(workload, other)
    return this.of(workload, path).map(({ rate }, round) => rate / (others[round]?.rate ?? Number.NaN))
  }

  /** The same, if CPU time were all that counts: the other's per request, divided by this one's. */
  thriftRatios(workload: Workload, path: Path, other: Path): number[] {
    const others = this.of(workload, other)
    return this.of(workload, path).map(
      ({ cpuMicroseconds }, round) => (others[round]?.cpuMicroseconds ?? Number.NaN) / cpuMicroseconds,
    )
  }
}

const secondsOf = ({ quick }: Setting): number => (quick ? 1 : 2)

export async function interleave(setting: Setting, paths: readonly Path[]): Promise<Results> {
  const { stage, rounds, log } = setting
  const seconds = secondsOf(setting)
  const results = new Results(
    `Rounds: ${rounds}, interleaved; per round each path twice, ${seconds} s each.\n` +
      'bulk: iperf3, one stream. Requests: wrk, 1 thread, 32 connections; nginx, 1 worker.',
  )
  // Not measured: ARP, page cache, the first worker's first requests.
  for (const path of paths) for (const workload of workloads) await measure(stage, path, workload, 1)
  for (let round = 0; round < rounds; round++) {
    for (const workload of workloads) {
      const first = round % paths.length
      const order = [...paths.slice(first), ...paths.slice(0, first)]
      const there = new Map<Path, Measurement>()
      for (const path of order) there.set(path, await measure(stage, path, workload, seconds))
      for (const path of order.toReversed()) {
        const back = await measure(stage, path, workload, seconds)
        results.add(workload, path, between(there.get(path) ?? back, back))
      }
      const shown = paths.map((path) => `${path.name} ${results.of(workload, path).at(-1)?.rate.toFixed(1)}`)
      log(`round ${round + 1} of ${rounds}, ${workload}: ${shown.join(', ')}`)
    }
  }
  return results
}

const between = (a: Measurement, b: Measurement): Measurement => ({
  rate: (a.rate + b.rate) / 2,
  cpuMicroseconds: (a.cpuMicroseconds + b.cpuMicroseconds) / 2,
})
