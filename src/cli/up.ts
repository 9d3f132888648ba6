import { createServer } from 'node:net'
import { fabricNetns } from '../plan/names.ts'
import { CliError } from './cli-error.ts'
import type { ControlStatus } from './control-status.ts'
import { startHolder } from './holder.ts'
import { type Home, logFile, prepareStateDir, readRecord, writeRecord } from './home.ts'
import { requireTools } from './host-tools.ts'
import { type Launched, launch, programArgv } from './launch.ts'
import { lockHome } from './lock.ts'
import { commandIn, ensureFabric, entryOf, holderEntry } from './namespaces.ts'
import { nextCommand } from './next-command.ts'
import { endProcesses, type FoundProcess, findNamesake, findProcesses } from './processes.ts'
import { readyWithinMs, waitUntilReady } from './ready.ts'
import { describeDataPlane } from './status.ts'
import { stopAll } from './stop.ts'

/** What the command line said; the rest is as it was at the last `up`, or the default. */
export interface UpWishes {
  readonly port?: number
  readonly region?: string
  readonly trustAnyCredentials?: boolean
  readonly privateDnsVerification?: string
  readonly udpOnDualstack?: string
  readonly quota?: readonly string[]
}

interface UpOptions {
  readonly port: number
  readonly region: string
  readonly trustAnyCredentials: boolean
  /** Handed to control as they are: it says what is wrong with them. */
  readonly settings: readonly string[]
}

/**
 * `underpass up`: brings control and agent to life and waits until both work.
 *
 * It starts whichever of the two is missing, so it also mends an Underpass of which one process was killed. What a crash
 * left in the kernel is not touched here: the agent adopts or removes it by comparing it with the state.
 */
export async function up(home: Home, wishes: UpWishes): Promise<void> {
  const uid = process.getuid?.() ?? 0
  requireTools(uid)
  prepareStateDir(home)
  const unlock = await lockHome(home, readyWithinMs + 5_000)
  const interrupted = new AbortController()
  const interrupt = (): void => interrupted.abort(new CliError('Interrupted; what had been started is stopped.', 130))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  try {
    refuseNamesake(home)
    const running = findProcesses(home)
    const wasComplete = ['control', 'agent'].every((name) => running.some((process) => process.name === name))
    const options = settleOptions(home, wishes, running)
    const status = await bringUp(home, options, { uid, running, signal: interrupted.signal })
    printSummary(home, options, status, wasComplete ? 'is running already' : 'is up')
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, interrupt)
    unlock()
  }
}

async function bringUp(
  home: Home,
  options: UpOptions,
  { uid, running, signal }: { uid: number; running: readonly FoundProcess[]; signal: AbortSignal },
): Promise<ControlStatus> {
  const runs = (name: FoundProcess['name']): boolean => running.some((process) => process.name === name)
  const launched: Partial<Record<'control' | 'agent', Launched>> = {}
  const startedPids: number[] = []
  const settingsBefore = readRecord(home)?.settings ?? []
  let fabricIsNew = false
  try {
    if (!runs('control')) {
      await refuseTakenPort(options.port)
      writeRecord(home, { name: home.name, ...options })
      launched.control = launch(programArgv('control', controlOptions(home, options)), logFile(home, 'control'))
      startedPids.push(launched.control.pid)
    }

    let entry = entryOf(uid, running)
    const isStranded = entry === undefined && runs('agent')
    if (isStranded) {
      // Its holder was killed: nobody can enter its namespaces any more.
      const stranded = running.filter(({ name }) => name === 'agent').map(({ pid }) => pid)
      await endProcesses(stranded, 2_000)
    }
    if (!entry) {
      const holderPid = await startHolder(home, signal)
      startedPids.push(holderPid)
      entry = holderEntry(holderPid)
    }
    fabricIsNew = ensureFabric(entry, home)

    if (!runs('agent') || isStranded) {
      const agentArgv = programArgv('agent', ['--name', home.name, '--state-dir', home.stateDir])
      launched.agent = launch(commandIn(entry, fabricNetns(home.name), agentArgv), logFile(home, 'agent'))
      startedPids.push(launched.agent.pid)
    }
    return await waitUntilReady(home, options.port, launched, signal)
  } catch (error) {
    // What control may have refused must not come back with the next `up`.
    if (!runs('control')) writeRecord(home, { name: home.name, ...options, settings: settingsBefore })
    // Traffic that a crashed Underpass left running is not ours to end because its successor could not start.
    if (fabricIsNew && running.length === 0) await stopAll(home, uid)
    else await endProcesses(startedPids, 3_000)
    throw error
  }
}

function controlOptions(home: Home, options: UpOptions): readonly string[] {
  return [
    '--state-dir',
    home.stateDir,
    '--port',
    `${options.port}`,
    '--name',
    home.name,
    '--region',
    options.region,
    ...(options.trustAnyCredentials ? ['--trust-any-credentials'] : []),
    ...options.settings,
  ]
}

/** The settings that were asked for; undefined when none was, so that those of the last `up` stay. */
function settingsOf({ privateDnsVerification, udpOnDualstack, quota = [] }: UpWishes): readonly string[] | undefined {
  const settings = [
    ...(privateDnsVerification === undefined ? [] : ['--private-dns-verification', privateDnsVerification]),
    ...(udpOnDualstack === undefined ? [] : ['--udp-on-dualstack', udpOnDualstack]),
    ...quota.flatMap((each) => ['--quota', each]),
  ]
  return settings.length > 0 ? settings : undefined
}

/**
 * Port, region and settings stay what they were at the last `up` (clients are configured with the one, resources live in
 * the other). Trusting any credentials is never inherited. A control that runs keeps what it was started with.
 */
function settleOptions(home: Home, wishes: UpWishes, running: readonly FoundProcess[]): UpOptions {
  const recorded = readRecord(home)
  const settings = settingsOf(wishes)
  if (recorded && running.some(({ name }) => name === 'control')) {
    for (const option of ['port', 'region', 'trustAnyCredentials'] as const) {
      if (wishes[option] !== undefined && wishes[option] !== recorded[option]) {
        throw new CliError(
          `Underpass ${home.name} runs already, with ${option} ${recorded[option]}.\n` +
            `Run: ${nextCommand(home, 'down')}   and then this command again`,
        )
      }
    }
    if (settings && settings.join(' ') !== (recorded.settings ?? []).join(' ')) {
      throw new CliError(
        `Underpass ${home.name} runs already, with ${recorded.settings?.join(' ') || 'the default settings'}.\n` +
          `Run: ${nextCommand(home, 'down')}   and then this command again`,
      )
    }
    return { ...recorded, settings: recorded.settings ?? [] }
  }
  return {
    port: wishes.port ?? recorded?.port ?? 4747,
    region: wishes.region ?? recorded?.region ?? 'us-east-1',
    trustAnyCredentials: wishes.trustAnyCredentials ?? false,
    settings: settings ?? recorded?.settings ?? [],
  }
}

/** Two agents of one name would each take the other's namespaces for leftovers. */
function refuseNamesake(home: Home): void {
  const namesake = findNamesake(home)
  if (!namesake) return
  throw new CliError(
    `Another Underpass named ${home.name} runs with the state directory ${namesake.stateDir} (agent pid ${namesake.pid}).\n` +
      `Give this one another --name, or run: ${nextCommand({ ...home, stateDir: namesake.stateDir }, 'down')}`,
  )
}

function refuseTakenPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be listened on (${error.message})`
      reject(new CliError(`Port ${port} of 127.0.0.1 ${why}.\nGive another one: underpass up --port PORT`))
    })
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()))
  })
}

function printSummary(
  home: Home,
  { port, trustAnyCredentials }: UpOptions,
  status: ControlStatus,
  state: string,
): void {
  const lines = [
    `Underpass ${home.name} ${state}.`,
    `  endpoint    http://127.0.0.1:${port}`,
    `  account     ${status.accountId}${trustAnyCredentials ? ' (any credentials are trusted)' : ''}`,
    `  region      ${status.region}`,
    ...describeDataPlane(status.dataPlane ?? undefined).map((line) => `  ${line}`),
    `  state       ${home.stateDir}`,
    `For a shell:  eval "$(${nextCommand(home, 'env')})"`,
  ]
  console.log(lines.join('\n'))
}
