import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CliError } from './cli-error.ts'

/**
 * Where one Underpass lives: its name, which its kernel objects carry, and its state directory, which holds everything
 * else. Several live side by side when both differ (and their ports).
 *
 * `underpass.json` is written by the first `up` and marks the directory as ours: it is what lets `down --purge` remove
 * a directory that somebody named on a command line, and what tells `down --state-dir DIR` the name.
 */
export interface Home {
  readonly name: string
  readonly stateDir: string
}

/** What the last `up` was asked for. */
export interface HomeRecord {
  readonly name: string
  readonly port: number
  readonly region: string
  readonly trustAnyCredentials: boolean
  /** Arguments of control; absent means none. */
  readonly settings?: readonly string[]
}

/** What of the surroundings the default depends on; a value so that tests need no environment. */
export interface Surroundings {
  readonly uid: number
  readonly homeDir: string
  readonly xdgStateHome: string | undefined
}

export const recordFile = (home: Home): string => join(home.stateDir, 'underpass.json')
/** Held while an `up` or `down` works here; see lock.ts. */
export const lockName = 'up.lock'
/** Written by control when it listens: its pid and port. */
export const controlFile = (home: Home): string => join(home.stateDir, 'control.json')
/** Written by the agent when it runs: its pid. */
export const agentFile = (home: Home): string => join(home.stateDir, 'agent.json')
/** The management account's key, mode 0600, made by control at its first start. */
export const credentialsFile = (home: Home): string => join(home.stateDir, 'credentials.json')
export const logFile = (home: Home, process: 'control' | 'agent' | 'holder'): string =>
  join(home.stateDir, `${process}.log`)
/** What a process in that namespace should see as /etc/resolv.conf; written by the agent. */
export const resolvFile = (home: Home, netns: string): string => join(home.stateDir, 'resolv', netns)

const namePattern = /^[a-z0-9-]{1,20}$/

export function parseName(text: string): string {
  if (!namePattern.test(text)) {
    throw new CliError(`--name ${JSON.stringify(text)}: 1 to 20 characters of a-z, 0-9 and - are allowed`)
  }
  return text
}

export function defaultStateDir(name: string, { uid, homeDir, xdgStateHome }: Surroundings): string {
  if (uid === 0) return join('/var/lib/underpass', name)
  // The XDG specification says that a relative value is to be ignored.
  const base = xdgStateHome?.startsWith('/') ? xdgStateHome : join(homeDir, '.local/state')
  return join(base, 'underpass', name)
}

/**
 * The home that `--name` and `--state-dir` mean. A state directory knows its name, so one of the two is enough.
 */
export function resolveHome(
  options: { readonly name?: string; readonly stateDir?: string },
  surroundings: Surroundings,
): Home {
  const asked = options.name === undefined ? undefined : parseName(options.name)
  if (options.stateDir === undefined) {
    const name = asked ?? 'default'
    return { name, stateDir: defaultStateDir(name, surroundings) }
  }
  const stateDir = resolve(options.stateDir)
  const recorded = readRecord({ name: asked ?? 'default', stateDir })?.name
  if (asked !== undefined && recorded !== undefined && asked !== recorded) {
    throw new CliError(
      `${stateDir} belongs to the Underpass named ${recorded}, not ${asked}.\n` +
        `Leave --name out, or give another --state-dir.`,
    )
  }
  return { name: asked ?? recorded ?? 'default', stateDir }
}

/** Reads what the last `up` recorded; undefined when there never was one. */
export function readRecord(home: Home): HomeRecord | undefined {
  const value = readJson(recordFile(home))
  if (!value || typeof value.name !== 'string' || typeof value.port !== 'number') return undefined
  return {
    name: value.name,
    port: value.port,
    region: typeof value.region === 'string' ? value.region : 'us-east-1',
    trustAnyCredentials: value.trustAnyCredentials === true,
    ...(Array.isArray(value.settings) && { settings: value.settings.filter((each) => typeof each === 'string') }),
  }
}

/**
 * Makes the state directory ours, or says why it cannot be.
 *
 * Only the owner may look inside (it holds secret keys). A directory with somebody else's files in it is refused,
 * because `down --purge` removes the whole of it.
 */
export function prepareStateDir(home: Home): void {
  const { stateDir } = home
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new CliError(`Cannot make the state directory ${stateDir}: ${(error as Error).message}`)
  }
  refuseForeignOwner(home)
  // A lock in it is that of another `up` that is at this very point.
  const others = readdirSync(stateDir).filter((entry) => entry !== lockName)
  if (!existsSync(recordFile(home)) && others.length > 0) {
    throw new CliError(
      `${stateDir} is not empty and was not made by underpass.\nGive another --state-dir, or empty it first.`,
    )
  }
}

/** A user's Underpass runs in that user's namespaces: nobody else can enter or stop it properly, root included. */
export function refuseForeignOwner(home: Home): void {
  const owner = statSync(home.stateDir, { throwIfNoEntry: false })?.uid
  if (owner !== undefined && owner !== process.getuid?.()) {
    throw new CliError(`${home.stateDir} belongs to the user with uid ${owner}.\nRun this command as that user.`)
  }
}

export function writeRecord(home: Home, record: HomeRecord): void {
  writeFileSync(recordFile(home), `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 })
}

/** An object from a JSON file, or undefined when it is missing or half-written. */
export function readJson(path: string): Readonly<Record<string, unknown>> | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new CliError(`Cannot read ${path}: ${(error as Error).message}`)
  }
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
