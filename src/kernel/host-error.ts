/**
 * What the machine refused, and the only file that reads the words of `nft`, `ip`, `nsenter` and `sh`.
 *
 * Their exit codes say no more than failed, so the errno is found by strerror's text in the C locale.
 */
import type { Command, CommandResult } from './command.ts'

const errnoByText: readonly (readonly [RegExp, string])[] = [
  [/No such file or directory|Directory nonexistent|cannot open/i, 'ENOENT'],
  [/No such device|Cannot find device|does not exist/, 'ENODEV'],
  [/No such process/, 'ESRCH'],
  [/File exists/, 'EEXIST'],
  [/Device or resource busy/, 'EBUSY'],
  [/Operation not permitted/, 'EPERM'],
  [/Permission denied/, 'EACCES'],
  [/Operation not supported|not supported/, 'EOPNOTSUPP'],
  [/Message too long/, 'EMSGSIZE'],
  [/No buffer space available/, 'ENOBUFS'],
  [/Cannot allocate memory/, 'ENOMEM'],
  [/Read-only file system/, 'EROFS'],
  [/Network is unreachable/, 'ENETUNREACH'],
  [/Cannot assign requested address/, 'EADDRNOTAVAIL'],
  [/Invalid argument/, 'EINVAL'],
]

function errnoOf(text: string): string | undefined {
  return errnoByText.find(([pattern]) => pattern.test(text))?.[1]
}

/** A command of ours that the host refused. */
export class HostError extends Error {
  override readonly name = 'HostError'
  readonly step: string
  readonly command: string
  /** The tool's own words. */
  readonly firstLine: string
  /** `ENOENT`; undefined when the words name none. */
  readonly errno: string | undefined

  constructor(step: string, command: string, firstLine: string) {
    super(`${step}: ${firstLine || 'failed without a word'} (${command})`)
    this.step = step
    this.command = command
    this.firstLine = firstLine
    this.errno = errnoOf(firstLine)
  }

  /** What was to be removed is not there. */
  get isNotFound(): boolean {
    return (
      this.errno === 'ENOENT' || this.errno === 'ENODEV' || this.errno === 'ESRCH' || this.errno === 'EADDRNOTAVAIL'
    )
  }

  /** What was to be made is there already. */
  get isExists(): boolean {
    return this.errno === 'EEXIST'
  }
}

/** The error of a failed command as a whole. */
export function hostErrorOf(command: Command, result: CommandResult): HostError {
  const firstLine = result.stderr.split('\n').find((line) => line.trim() !== '') ?? `exit code ${result.exitCode}`
  return new HostError(command.step, command.argv.join(' '), firstLine.trim())
}

/** One refused line of a batch. */
export interface LineError {
  /** Counted from 0. */
  readonly line: number
  readonly message: string
}

/**
 * `/dev/stdin:3:36-56: Error: Could not process rule: File exists`. nft 1.0.6 reports every refused line of a batch, not
 * only the first, because the kernel goes on to the end of the batch before it aborts it.
 */
export function nftLineErrors(stderr: string): LineError[] {
  return [...stderr.matchAll(/^\/dev\/stdin:(\d+):\d+-\d+: Error: (.*)$/gm)].map(([, line, message]) => ({
    line: Number(line) - 1,
    message: message ?? '',
  }))
}

/** `RTNETLINK answers: File exists` and, on the next line, `Command failed -:2`; with -force one such pair per line. */
export function ipLineErrors(stderr: string): LineError[] {
  const errors: LineError[] = []
  let words: string[] = []
  for (const text of stderr.split('\n')) {
    const failed = /^Command failed -:(\d+)$/.exec(text)
    if (failed) {
      // The last word is the cause; earlier ones may be warnings about lines that passed.
      errors.push({ line: Number(failed[1]) - 1, message: words.at(-1) ?? 'refused' })
      words = []
    } else if (text.trim() !== '') words.push(text.trim())
  }
  return errors
}

/** `sysctl failed 3`, printed by our own script (render-ip.ts), after the shell's own words. */
export function sysctlLineErrors(stderr: string): LineError[] {
  const errors: LineError[] = []
  let word = ''
  for (const text of stderr.split('\n')) {
    const failed = /^sysctl failed (\d+)$/.exec(text)
    if (failed) errors.push({ line: Number(failed[1]), message: word || 'refused' })
    else word = text.trim()
  }
  return errors
}
