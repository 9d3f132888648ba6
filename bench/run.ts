/**
 * node bench/run.ts [--rounds N] [--quick] [NAME …]
 *
 * Runs the benchmarks, one after the other, each in a world of its own. Tables on stdout, progress on stderr, everything as
 * JSON in .underpass/bench.json. Exit code 1 when a benchmark could not run; a missed promise is said, and is no error: a
 * benchmark measures, it does not judge the machine it runs on.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Benchmark } from './benchmark.ts'
import { controlPlane } from './control-plane.ts'
import { dataPath } from './data-path.ts'
import { endpointCount } from './endpoint-count.ts'
import { firstConnection } from './first-connection.ts'
import { oneChange } from './one-change.ts'
import { relay } from './relay.ts'
import { type Finding, isKept, renderFinding } from './report.ts'
import { Stage } from './stage.ts'
import { start } from './start.ts'
import { udp } from './udp.ts'

const benchmarks: readonly Benchmark[] = [
  dataPath,
  udp,
  endpointCount,
  firstConnection,
  start,
  oneChange,
  controlPlane,
  relay,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, quick: { type: 'boolean', default: false } },
})
const rounds = Number(values.rounds ?? (values.quick ? 1 : 3))
const unknown = positionals.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name))
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.error(`usage: node bench/run.ts [--rounds N] [--quick] [${benchmarks.map(({ name }) => name).join('] [')}]`)
  process.exit(2)
}
if (process.getuid?.() !== 0) {
  console.error('The benchmarks make network namespaces beside those of Underpass: run this as root (sudo make bench).')
  process.exit(2)
}

const startedAt = new Date()
const machine = {
  kernel: release(),
  cpus: cpus().length,
  cpuModel: cpus()[0]?.model ?? 'unknown',
  loadAverageBefore: loadavg()[0] ?? 0,
}
const say = (line: string): void => console.log(line)
say(
  `${machine.cpus} × ${machine.cpuModel}, Linux ${machine.kernel}, load average ${machine.loadAverageBefore.toFixed(1)} before\n`,
)

let stage: Stage | undefined
let isInterrupted = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (isInterrupted) return
    isInterrupted = true
    console.error('\nInterrupted: removing what the benchmark made.')
    void (stage?.close() ?? Promise.resolve()).finally(() => process.exit(130))
  })
}

const findings: Record<string, readonly Finding[]> = {}
for (const benchmark of benchmarks) {
  if (positionals.length > 0 && !positionals.includes(benchmark.name)) continue
  const begun = performance.now()
  const log = (line: string): void => {
    const seconds = ((performance.now() - begun) / 1000).toFixed(0)
    console.error(`[${benchmark.name} ${seconds} s] ${line}`)
  }
  stage = new Stage()
  try {
    const found = await benchmark.run({ stage, rounds, quick: values.quick, log })
    findings[benchmark.name] = found
    for (const finding of found) say(renderFinding(finding))
  } catch (error) {
    if (isInterrupted) break
    console.error(`${benchmark.name}: ${error instanceof Error ? error.stack : error}`)
    process.exitCode = 1
  } finally {
    await stage.close()
  }
}

if (!isInterrupted) {
  const file = fileURLToPath(new URL('../.underpass/bench.json', import.meta.url))
  mkdirSync(fileURLToPath(new URL('../.underpass', import.meta.url)), { recursive: true })
  const report = { startedAt: startedAt.toISOString(), machine, rounds, quick: values.quick, findings }
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`)
  const promised = Object.values(findings).flatMap((found) => found.flatMap(({ figures }) => figures.map(isKept)))
  const kept = promised.filter((is) => is === true).length
  const missed = promised.filter((is) => is === false).length
  say(`${kept} promises kept, ${missed} missed. All figures: .underpass/bench.json`)
}
