import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { childEnvironment } from './command.ts'

/** A process that outlives this one. */
export interface Launched {
  readonly pid: number
  /** How it ended, for as long as we are there to see it; undefined while it runs. */
  ending(): string | undefined
}

const keptLogBytes = 8 * 1024 * 1024

/**
 * Starts a process in a session of its own, so that neither Ctrl-C nor a closed terminal reaches it, with its output
 * appended to a log file.
 */
export function launch(
  argv: readonly string[],
  logPath: string,
  extraEnv: Readonly<Record<string, string>> = {},
): Launched {
  const [command = '', ...rest] = argv
  if ((statSync(logPath, { throwIfNoEntry: false })?.size ?? 0) > keptLogBytes) renameSync(logPath, `${logPath}.1`)
  const log = openSync(logPath, 'a', 0o600)
  const child: ChildProcess = spawn(command, rest, {
    cwd: '/', // Not the caller's directory, which could then not be unmounted.
    detached: true,
    env: childEnvironment(extraEnv),
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  child.unref()

  let ending: string | undefined
  child.on('exit', (code, signal) => {
    ending = signal ? `was ended by ${signal}` : `ended with exit code ${code}`
  })
  child.on('error', (error) => {
    ending = `could not be started: ${error.message}`
  })
  return { pid: child.pid ?? -1, ending: () => ending }
}

/** The argv of one of our own programs, run by the Node that runs us. */
export function programArgv(program: 'control' | 'agent', options: readonly string[]): readonly string[] {
  const main = fileURLToPath(new URL(`../${program}/main.ts`, import.meta.url))
  return [process.execPath, main, ...options]
}

/** The end of a log, for an error message. */
export function lastLines(logPath: string, count: number): string {
  if (!existsSync(logPath)) return '(the log is empty)'
  const lines = readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-count)
  return lines.map((line) => `    ${line}`).join('\n')
}
