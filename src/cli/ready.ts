import { setTimeout as sleep } from 'node:timers/promises'
import { CliError } from './cli-error.ts'
import { type ControlStatus, isApplied, readControlStatus } from './control-status.ts'
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
  let controlWasReady = false
  let waitsFor = 'control to answer'

  for (;;) {
    signal.throwIfAborted()
    for (const name of ['control', 'agent'] as const) {
      const ending = launched[name]?.ending()
      if (ending) throw failure(home, [name], `The ${name} process ${ending} before it was ready.`)
    }

    const status = hasLivePid(controlFile(home)) ? await readControlStatus(port, 2_000) : undefined
    if (status?.name === home.name) {
      if (!controlWasReady && launched.control) console.error(`control is ready after ${elapsedMs()} ms`)
      controlWasReady = true
      if (!hasLivePid(agentFile(home))) waitsFor = 'the agent to start'
      else if (!status.agent) waitsFor = 'the agent to connect to control'
      else if (!isApplied(status)) {
        waitsFor = `the kernel to reach revision ${status.revision} (it is at ${status.agent.appliedRevision})`
      } else {
        if (launched.agent) console.error(`agent is ready after ${elapsedMs()} ms`)
        return status
      }
    }
    if (elapsedMs() > readyWithinMs) {
      throw failure(
        home,
        controlWasReady ? ['agent', 'control'] : ['control'],
        `Waited ${readyWithinMs / 1000} s for ${waitsFor}.`,
      )
    }
    await sleep(25)
  }
}

function hasLivePid(file: string): boolean {
  const pid = readJson(file)?.pid
  return typeof pid === 'number' && isLive(pid)
}

function failure(home: Home, names: readonly ('control' | 'agent')[], what: string): CliError {
  const logs = names.map((name) => {
    const log = logFile(home, name)
    return `${log} ends with\n${lastLines(log, 12)}`
  })
  return new CliError(`${what}\n${logs.join('\n')}`)
}
