import { setTimeout as sleep } from 'node:timers/promises'
import { CliError } from './cli-error.ts'
import { type ControlStatus, isApplied, problemsOf, readControlStatus } from './control-status.ts'
import { agentFile, controlFile, type Home, logFile, readJson } from './home.ts'
import { type Launched, lastLines } from './launch.ts'
import { isLive } from './processes.ts'

export const readyWithinMs = 30_000

/**
 * Waits until control answers and the agent has brought everything that is written to the kernel.
 *
 * @param launched  those that were started now; one that ends meanwhile is reported at once, with the end of its log
 */
export async function waitUntilReady(
  home: Home,
  port: number,
  launched: Readonly<Partial<Record<'control' | 'agent', Launched>>>,
  signal: AbortSignal,
): Promise<ControlStatus> {
  const startedAt = performance.now()
  const elapsedMs = (): number => Math.round(performance.now() - startedAt)
  let controlIsReady = false
  let waitsFor = 'control has not opened its port'

  for (;;) {
    signal.throwIfAborted()
    for (const name of ['control', 'agent'] as const) {
      const ending = launched[name]?.ending()
      if (ending) throw failure(home, [name], `The ${name} process ${ending} before it was ready.`)
    }

    const controlPid = livePidIn(controlFile(home))
    if (controlPid !== undefined) {
      if (!controlIsReady && launched.control) console.error(`control is ready after ${elapsedMs()} ms`)
      controlIsReady = true
      waitsFor = 'the agent has not brought the state to the kernel'
      // Only now is it worth asking: a status makes the agent read every VPC's counters.
      const status = livePidIn(agentFile(home)) === undefined ? undefined : await readControlStatus(port)
      if (status?.pid === controlPid) {
        if (isApplied(status)) {
          if (launched.agent) console.error(`agent is ready after ${elapsedMs()} ms`)
          return status
        }
        waitsFor = problemsOf(status)[0] ?? waitsFor
      }
    }
    if (elapsedMs() > readyWithinMs) {
      throw failure(
        home,
        controlIsReady ? ['agent', 'control'] : ['control'],
        `Not ready after ${readyWithinMs / 1000} s: ${waitsFor}.`,
      )
    }
    await sleep(25)
  }
}

/** The process that wrote the file, if it lives: a crash leaves the file. */
function livePidIn(file: string): number | undefined {
  const pid = readJson(file)?.pid
  return typeof pid === 'number' && isLive(pid) ? pid : undefined
}

function failure(home: Home, names: readonly ('control' | 'agent')[], what: string): CliError {
  const logs = names.map((name) => {
    const log = logFile(home, name)
    return `${log} ends with\n${lastLines(log, 12)}`
  })
  return new CliError(`${what}\n${logs.join('\n')}`)
}
