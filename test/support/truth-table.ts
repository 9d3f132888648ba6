/**
 * The truth table: what `plan/explain.ts` predicts of a generated world, against what real connections in the real kernel
 * find. Each world is brought to the same namespaces by the same code that an agent runs.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inNetns } from '../../src/kernel/command.ts'
import { compileProgram } from '../../src/plan/compile.ts'
import { explain, type Fate } from '../../src/plan/explain.ts'
import { instanceNetns } from '../../src/plan/names.ts'
import type { Program } from '../../src/plan/program.ts'
import { aKernelHost, type KernelHost } from './kernel-host.ts'
import type { Finding, Probe } from './truth-resident.ts'
import { buildTruthWorld, type Choices, openPorts, type TruthWorld } from './truth-world.ts'

/** Long enough for an answer on a busy machine most of the time; a difference is asked again with the second. */
const timeoutMs = 250
const patientTimeoutMs = 3_000
/** Of the kernel's range of ephemeral ports, all of which the generated lists treat alike. */
const anEphemeralPort = 40_000

export type Difference =
  | { readonly from: string; readonly to: string; readonly predicted: readonly Fate[]; readonly found: Finding }
  /** The kernel did not take what was compiled. */
  | { readonly refused: string; readonly error: string }

export interface TruthTable {
  /** Brings a world to the kernel and tries everything; what differs from the prediction. */
  differences(choices: Choices): Promise<readonly Difference[]>
  readonly counts: { worlds: number; probes: number; connected: number }
}

export async function aTruthTable(t: TestContext): Promise<TruthTable> {
  const host = await aKernelHost(t)
  const residents = new Map<string, Resident>()
  t.after(() => {
    for (const resident of residents.values()) resident.end()
  })
  const counts = { worlds: 0, probes: 0, connected: 0 }
  let program: Program | undefined
  return {
    counts,
    async differences(choices) {
      const world = buildTruthWorld(choices)
      program = compileProgram(world.snapshot, world.health, { name: host.name }, program)
      const { failures } = await host.apply(program)
      if (failures.size > 0) return [...failures].map(([owner, error]) => ({ refused: owner, error: error.message }))
      for (const [name, instanceId] of Object.entries(world.instances)) {
        if (!residents.has(name)) residents.set(name, await Resident.start(host, instanceId, name))
      }
      counts.worlds++
      const found = await Promise.all(
        Object.keys(world.instances).map((from) => tryAll(world, residents, from, counts)),
      )
      return found.flat()
    },
  }
}

async function tryAll(
  world: TruthWorld,
  residents: ReadonlyMap<string, Resident>,
  from: string,
  counts: TruthTable['counts'],
): Promise<readonly Difference[]> {
  const probes = world.attempts
    .filter((attempt) => attempt.from === from)
    .map(({ protocol, ip, port }) => ({ protocol, ip, port, timeoutMs }))
  const resident = residents.get(from)
  if (!resident) throw new Error(`nobody stands in ${from}`)
  const findings = await resident.try(probes)
  const differences: Difference[] = []
  for (const [index, probe] of probes.entries()) {
    let found = findings[index] ?? { error: 'no answer from the resident' }
    const predicted = explain(world.snapshot, world.health, {
      fromInstanceId: world.instances[from] ?? '',
      protocol: probe.protocol,
      fromPort: anEphemeralPort,
      toIp: probe.ip,
      toPort: probe.port,
    })
    if (!isAmong(world, predicted, found)) {
      const [again] = await resident.try([{ ...probe, timeoutMs: patientTimeoutMs }])
      found = again ?? found
    }
    counts.probes++
    if ('name' in found) counts.connected++
    if (!isAmong(world, predicted, found)) {
      differences.push({ from, to: `${probe.protocol} ${probe.ip}:${probe.port}`, predicted, found })
    }
  }
  return differences
}

function isAmong(world: TruthWorld, predicted: readonly Fate[], found: Finding): boolean {
  return predicted.some((fate) =>
    fate.outcome === 'connects'
      ? 'name' in found && world.instances[found.name] === fate.instanceId
      : 'error' in found && found.error === 'timed out',
  )
}

const residentModule = fileURLToPath(new URL('./truth-resident.ts', import.meta.url))

class Resident {
  readonly #child: ChildProcess
  readonly #waiting: PromiseWithResolvers<unknown>[] = []

  private constructor(child: ChildProcess) {
    this.#child = child
    if (!child.stdout) throw new Error('a resident speaks on its standard output')
    createInterface({ input: child.stdout }).on('line', (line) => this.#waiting.shift()?.resolve(JSON.parse(line)))
    child.once('exit', (code) => {
      for (const { reject } of this.#waiting) reject(new Error(`a resident ended with ${code}`))
    })
  }

  static async start(host: KernelHost, instanceId: string, name: string): Promise<Resident> {
    const argv = [process.execPath, residentModule, name, openPorts.tcp.join(), openPorts.udp.join()]
    const [program = '', ...rest] = inNetns(instanceNetns(host.name, instanceId), argv)
    const resident = new Resident(spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] }))
    await resident.#next()
    return resident
  }

  async try(probes: readonly Probe[]): Promise<readonly Finding[]> {
    const findings = this.#next()
    this.#child.stdin?.write(`${JSON.stringify(probes)}\n`)
    return (await findings) as readonly Finding[]
  }

  #next(): Promise<unknown> {
    const answer = Promise.withResolvers<unknown>()
    this.#waiting.push(answer)
    return answer.promise
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }
}
