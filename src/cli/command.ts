import { spawnSync } from 'node:child_process'
import { CliError } from './cli-error.ts'

/** The directories where Debian keeps `nft`, `ip` and `conntrack`, and which an ordinary user's PATH leaves out. */
export function pathWithSystemTools(path = ''): string {
  const directories = path.split(':').filter((directory) => directory !== '')
  for (const directory of ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin']) {
    if (!directories.includes(directory)) directories.push(directory)
  }
  return directories.join(':')
}

/** The environment of everything we start. */
export function childEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...process.env, PATH: pathWithSystemTools(process.env.PATH), ...extra }
}

/** Runs a short command to its end and returns its output; a failure names the command and what it said. */
export function runCommand(argv: readonly string[], input?: string): string {
  const [command = '', ...rest] = argv
  const result = spawnSync(command, rest, {
    env: childEnvironment({ LC_ALL: 'C' }),
    encoding: 'utf8',
    input,
    maxBuffer: 64 * 1024 * 1024,
  })
  if (result.error) throw new CliError(`Cannot run ${command}: ${result.error.message}`)
  if (result.status !== 0) {
    const said = result.stderr.trim().split('\n').slice(-3).join('\n')
    throw new CliError(`${argv.join(' ')} failed (${result.signal ?? result.status}): ${said || 'it said nothing'}`)
  }
  return result.stdout
}
