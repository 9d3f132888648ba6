import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Home } from './home.ts'

/**
 * Finding and ending the processes of one Underpass.
 *
 * They are recognised by their command line, read from /proc, and not by a pid in a file: after a crash or a reboot a
 * pid may be somebody else's, and a process killed before it wrote its file would be lost.
 */
export type ProcessName = 'control' | 'agent' | 'relay' | 'holder'

export interface FoundProcess {
  readonly name: ProcessName
  readonly pid: number
}

/** The environment variable that a rootless holder carries; its value is the state directory. */
export const holderVariable = 'UNDERPASS_HOLDER'

/** The live processes of this home, control first. */
export function findProcesses(home: Home): readonly FoundProcess[] {
  const found: FoundProcess[] = []
  for (const pid of livePids()) {
    const argv = argvOf(pid)
    const name = recogniseMain(argv, home.stateDir) ?? (isHolder(pid, argv, home) ? 'holder' : undefined)
    if (name) found.push({ name, pid })
  }
  const order: readonly ProcessName[] = ['control', 'agent', 'relay', 'holder']
  return found.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
}

/** Which of our processes it is when the command line is that of one for this state directory. */
export function recogniseMain(argv: readonly string[], stateDir: string): Exclude<ProcessName, 'holder'> | undefined {
  const main = argv.map((argument) => /\/src\/(control|agent|relay)\/main\.ts$/.exec(argument)?.[1]).find(Boolean)
  if (main === undefined || optionValue(argv, '--state-dir') !== stateDir) return undefined
  return main as Exclude<ProcessName, 'holder'>
}

/** The state directory of another agent that serves the same name, which means the same namespaces. */
export function findNamesake(home: Home): { readonly pid: number; readonly stateDir: string } | undefined {
  for (const pid of livePids()) {
    const argv = argvOf(pid)
    if (!argv.some((argument) => argument.endsWith('/src/agent/main.ts'))) continue
    const stateDir = optionValue(argv, '--state-dir')
    if (stateDir !== undefined && stateDir !== home.stateDir && optionValue(argv, '--name') === home.name) {
      if (sharesNamespaces(pid)) return { pid, stateDir }
    }
  }
  return undefined
}

function optionValue(argv: readonly string[], option: string): string | undefined {
  const at = argv.indexOf(option)
  return at < 0 ? undefined : argv[at + 1]
}

function isHolder(pid: number, argv: readonly string[], home: Home): boolean {
  if (argv[0] !== 'sleep') return false
  return readProc(pid, 'environ').split('\0').includes(`${holderVariable}=${home.stateDir}`)
}

/** Whether that process sees the same /run/netns as we do: a rootless one has its own. */
function sharesNamespaces(pid: number): boolean {
  return namespaceOf(pid, 'user') === namespaceOf('self', 'user')
}

/** The identity of a process's namespace, e.g. `net:[4026531840]`; undefined when it is gone or not ours to read. */
export function namespaceOf(pid: number | 'self', type: 'net' | 'user' | 'mnt'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${type}`)
  } catch {
    return undefined
  }
}

/** Every process that is not a zombie. */
export function livePids(): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter(isLive)
}

/** Whether the process exists and has not ended (a zombie has, though kill(pid, 0) still finds it). */
export function isLive(pid: number): boolean {
  const stat = readProc(pid, 'stat')
  return stat !== '' && stateInStat(stat) !== 'Z'
}

/** The state letter of a /proc/PID/stat line; the name before it may hold spaces and parentheses (proc(5)). */
export function stateInStat(stat: string): string {
  return stat.slice(stat.lastIndexOf(')') + 2)[0] ?? ''
}

function argvOf(pid: number): readonly string[] {
  return readProc(pid, 'cmdline').split('\0')
}

function readProc(pid: number, file: 'cmdline' | 'environ' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return '' // It ended between the two reads, or is not ours to look at.
  }
}

/** Asks the processes to end, and after the grace ends them. Returns once none is left. */
export async function endProcesses(pids: readonly number[], graceMs: number): Promise<void> {
  for (const pid of pids) signal(pid, 'SIGTERM')
  if (await allGone(pids, graceMs)) return
  for (const pid of pids) signal(pid, 'SIGKILL')
  await allGone(pids, 5_000)
}

async function allGone(pids: readonly number[], withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs
  while (pids.some(isLive)) {
    if (performance.now() > deadline) return false
    await sleep(20)
  }
  return true
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
