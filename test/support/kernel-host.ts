/**
 * The real kernel, for end-to-end tests: namespaces under a name of their own, gone when the test is.
 */
import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { type Command, type CommandResult, inNetns, type Runner, runCommand } from '../../src/kernel/command.ts'
import { observe, ourNamespaces } from '../../src/kernel/observe.ts'
import { removeEverything } from '../../src/kernel/remove.ts'
import { type KernelState, type Outcome, runSteps } from '../../src/kernel/run.ts'
import { diff } from '../../src/plan/diff.ts'
import type { Program } from '../../src/plan/program.ts'
import type { Steps } from '../../src/plan/steps.ts'

/** Options of tests that make namespaces on the host itself; what an ordinary user can do is tested through the launcher. */
export const asRoot = {
  skip: process.getuid?.() === 0 ? false : 'makes network namespaces on the host: run as root',
}

export interface KernelHost {
  readonly name: string
  readonly state: KernelState
  /** Commands that changed the kernel so far. */
  writes(): number
  /** Brings what the state lacks to the kernel, again when it must; reads nothing. */
  apply(program: Program): Promise<Outcome>
  /** Reads the host anew and says what differs from the program. */
  missing(program: Program): Promise<Steps>
  /** As an agent that starts over what it finds. */
  restart(): Promise<void>
  /** A command in one of our namespaces, by the end of its name; throws when it fails. */
  inside(suffix: string, ...argv: string[]): Promise<string>
  namespaces(): Promise<string[]>
  /** Runs every command from now on through this, to break some of them. */
  intercept(through: (command: Command, run: Runner) => Promise<CommandResult>): void
}

export async function aKernelHost(t: TestContext): Promise<KernelHost> {
  const name = `t${randomBytes(4).toString('hex')}`
  const state: KernelState = { observed: new Map(), tablesToRebuild: new Set() }
  let writes = 0
  let through = (command: Command, run: Runner): Promise<CommandResult> => run(command)
  const run: Runner = (command) => {
    if (command.writes) writes++
    return through(command, runCommand)
  }
  t.after(async () => {
    const left = await removeEverything(runCommand, name)
    if (left) throw left
  })
  return {
    name,
    state,
    writes: () => writes,
    async apply(program) {
      const outcome = await runSteps({ run }, state, diff(program, state.observed))
      return outcome.again ? await runSteps({ run }, state, diff(program, state.observed)) : outcome
    },
    missing: async (program) => diff(program, await observe(run, name)),
    async restart() {
      const observed = await observe(run, name)
      state.observed.clear()
      for (const [key, value] of observed) state.observed.set(key, value)
    },
    async inside(suffix, ...argv) {
      const netns = (await ourNamespaces(name)).find((each) => each.endsWith(suffix)) ?? suffix
      const result = await runCommand({ step: 'test', argv: inNetns(netns, argv), writes: false })
      if (result.exitCode !== 0) throw new Error(`${argv.join(' ')} in ${netns}: ${result.stderr}`)
      return result.stdout
    },
    namespaces: () => ourNamespaces(name),
    intercept(next) {
      through = next
    },
  }
}
