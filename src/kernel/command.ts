/**
 * One command on the host, and the function that runs it.
 *
 * A Runner is a value, so tests hand in one that remembers instead of doing. The real one always speaks the C locale:
 * host-error.ts reads what the tools print.
 */
import { spawn } from 'node:child_process'

export interface Command {
  /** What it is for, in a few words; stands in error messages. */
  readonly step: string
  readonly argv: readonly string[]
  /** Standard input. */
  readonly input?: string
  /** Whether it changes the kernel; counted as `kernelWrites`. */
  readonly writes: boolean
}

export interface CommandResult {
  /** 127 when the program could not be started, 124 when it was killed for taking too long. */
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export type Runner = (command: Command) => Promise<CommandResult>

/** Where `ip netns add` keeps its handles; fixed in iproute2. */
export const netnsDir = '/run/netns'
export const netnsPath = (netns: string): string => `${netnsDir}/${netns}`

/**
 * `argv` inside another network namespace. nsenter changes nothing but the network namespace, while `ip netns exec`
 * also makes a mount namespace for /sys: slower, and a long-lived child would keep deleted namespaces pinned there.
 */
export const inNetns = (netns: string, argv: readonly string[]): readonly string[] => [
  'nsenter',
  `--net=${netnsPath(netns)}`,
  ...argv,
]

/** Far beyond anything measured (10,000 elements load in 0.2 s): only a stuck tool takes this long. */
const timeoutMs = 60_000

const environment = {
  // Debian keeps nft, ip and conntrack where an ordinary user's PATH does not look.
  PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`,
  LC_ALL: 'C',
  LANG: 'C',
}

/** Runs a command as a child process. Never rejects: what went wrong is in the result. */
export const runCommand: Runner = (command) =>
  new Promise((resolve) => {
    const [program = '', ...args] = command.argv
    const child = spawn(program, args, { env: environment, stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    // A tool that refuses its input closes the pipe early; its stderr says why.
    child.stdin.on('error', () => {})
    child.on('error', (error) => resolve({ exitCode: 127, stdout: '', stderr: `${program}: ${error.message}` }))
    child.on('close', (code, signal) =>
      resolve({
        exitCode: code ?? (signal ? 124 : 1),
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: signal ? `${program}: killed by ${signal}` : Buffer.concat(stderr).toString('utf8'),
      }),
    )
    child.stdin.end(command.input ?? '')
  })
