import type { Finding } from './report.ts'
import type { Stage } from './stage.ts'

export interface Setting {
  readonly stage: Stage
  readonly rounds: number
  /** A look, not a measurement: fewer and shorter runs. */
  readonly quick: boolean
  /** Progress, for whoever waits. */
  log(line: string): void
}

export interface Benchmark {
  readonly name: string
  run(setting: Setting): Promise<Finding[]>
}
