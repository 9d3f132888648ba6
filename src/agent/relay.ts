/**
 * The agent's hand on the relay: starts it when the first listener needs it, tells it what changed, asks it.
 *
 * Order: before the kernel leads connections to a door the relay is told of it, after the kernel has stopped it is told of a
 * door's end; so a connection never comes to a door that is not there. What the relay was told on an earlier connection is not
 * known to an agent that has just started: then it is told everything.
 */
import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import type { Failure, RelayStatus } from '../link/messages.ts'
import { emptyRelayConfig, type RelayConfig } from '../plan/relay.ts'
import { askRelay, relaySocket } from '../relay/client.ts'
import { type Answers, type Changes, protocolVersion, type RelayStatistics, type Request } from '../relay/messages.ts'

const relayModule = fileURLToPath(new URL('../relay/main.ts', import.meta.url))
/** Node starts in 50 ms on an idle machine. */
const startWithinMs = 20_000

const firstRetryMs = 250
const longestRetryMs = 30_000
/** A relay that died is noticed by then. */
const watchEveryMs = 1_000

export interface RelayHandOptions {
  readonly name: string
  readonly stateDir: string
  readonly log: Logger
  /** The relay is not as it should be: time for another cycle. */
  onTrouble(): void
}

export class RelayHand {
  readonly #options: RelayHandOptions
  readonly #socketPath: string
  /** What the relay was told; undefined when nothing is known of it. */
  #told: RelayConfig | undefined
  #failures: readonly Failure[] = []
  #pid: number | undefined
  #retryMs = firstRetryMs
  #retryTimer: NodeJS.Timeout | undefined
  #watch: NodeJS.Timeout | undefined

  constructor(options: RelayHandOptions) {
    this.#options = options
    this.#socketPath = join(options.stateDir, relaySocket)
  }

  /** What could not be done, by owner. */
  get failures(): readonly Failure[] {
    return this.#failures
  }

  /** New and changed doors. Those whose VPC is not there yet are for `finish`. */
  async prepare(config: RelayConfig): Promise<void> {
    const told = this.#told ?? emptyRelayConfig
    await this.#tell({
      doors: new Map([...told.doors, ...config.doors]),
      certificates: new Map([...told.certificates, ...config.certificates]),
      owners: this.#told ? told.owners : config.owners,
    }).catch(() => {})
  }

  /** All as it should be, but for `failures`. */
  async finish(config: RelayConfig): Promise<void> {
    try {
      await this.#tell(config)
    } catch (error) {
      const message = (error as Error).message
      this.#options.log.error({ err: error }, 'the relay cannot be told what to do; trying again')
      this.#failures = [...new Set([...config.doors.values()].map(({ owner }) => owner))].map((owner) => ({
        owner,
        message,
      }))
    }
    clearTimeout(this.#retryTimer)
    if (this.#failures.length === 0) this.#retryMs = firstRetryMs
    else {
      this.#retryTimer = setTimeout(() => this.#options.onTrouble(), this.#retryMs)
      this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs)
    }
  }

  /** Undefined when no relay runs. */
  async ask<T extends Request['type']>(request: Extract<Request, { type: T }>): Promise<Answers[T] | undefined> {
    if (!existsSync(this.#socketPath)) return undefined
    return askRelay<T>(this.#socketPath, request).catch(() => undefined)
  }

  /** @param andTheRelay  false: it goes on, and with it its connections */
  async close(andTheRelay: boolean): Promise<void> {
    clearTimeout(this.#retryTimer)
    clearInterval(this.#watch)
    if (andTheRelay) await this.ask({ type: 'stop' })
  }

  async #tell(config: RelayConfig): Promise<void> {
    // A relay that was started for doors that are gone is told so too.
    if (config.doors.size === 0 && !existsSync(this.#socketPath)) return
    const told = this.#told
    const changes = changesBetween(told ?? emptyRelayConfig, config)
    if (told && isNothing(changes) && this.#failures.length === 0) {
      this.#told = config
      return
    }
    this.#told = undefined
    if (!told && !(await this.#ensureRuns(config))) return
    const request: Request = told ? { type: 'change', changes } : { type: 'reset', changes, owners: [...config.owners] }
    const { failures } = await askRelay(this.#socketPath, request)
    this.#failures = failures
    this.#told = config
  }

  /** @returns whether there is one that speaks as we do; an older one serves its connections to their end */
  async #ensureRuns(config: RelayConfig): Promise<boolean> {
    const hello = await this.ask({ type: 'hello' })
    if (hello?.version === protocolVersion) {
      this.#keepWatch(hello.pid)
      return true
    }
    if (hello) await this.ask({ type: 'drain' })
    if (config.doors.size === 0) return false
    this.#keepWatch(await this.#start())
    return true
  }

  async #start(): Promise<number> {
    const { name, stateDir, log } = this.#options
    const file = join(stateDir, 'relay.log')
    const output = openSync(file, 'a', 0o600)
    const child = spawn(process.execPath, [relayModule, '--name', name, '--state-dir', stateDir], {
      // Its own session: it goes on when we end.
      detached: true,
      cwd: '/',
      stdio: ['ignore', output, output],
    })
    closeSync(output)
    child.unref()
    let ending: string | undefined
    child.on('error', (error) => {
      ending = error.message
    })
    child.on('exit', (code, signal) => {
      ending = `it ended with ${signal ?? code}`
    })
    const deadline = performance.now() + startWithinMs
    while ((await this.ask({ type: 'hello' }))?.pid !== child.pid) {
      if (ending !== undefined || performance.now() > deadline) {
        throw new Error(`the relay could not be started (${ending ?? 'it did not answer'}). Read: ${file}`)
      }
      await sleep(10)
    }
    log.info({ pid: child.pid }, 'the relay is started')
    return child.pid ?? 0
  }

  #keepWatch(pid: number): void {
    this.#pid = pid
    this.#watch ??= setInterval(() => {
      if (this.#pid === undefined || isThere(this.#pid)) return
      this.#options.log.warn({ pid: this.#pid }, 'the relay is gone; its workers serve what they have')
      this.#pid = undefined
      this.#told = undefined
      this.#options.onTrouble()
    }, watchEveryMs)
    this.#watch.unref()
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const isNothing = ({ doors, withoutDoors, certificates, withoutCertificates, cut }: Changes): boolean =>
  doors.length + withoutDoors.length + Object.keys(certificates).length + withoutCertificates.length + cut.length === 0

/** Doors are compared by their content: they are made anew with every program, and there are few of them. */
export function changesBetween(before: RelayConfig, after: RelayConfig): Changes {
  const differs = (a: unknown, b: unknown): boolean => a !== b && JSON.stringify(a) !== JSON.stringify(b)
  return {
    doors: [...after.doors.values()].filter((door) => differs(door, before.doors.get(door.key))),
    withoutDoors: [...before.doors.keys()].filter((key) => !after.doors.has(key)),
    certificates: Object.fromEntries(
      [...after.certificates].filter(([arn, material]) => differs(material, before.certificates.get(arn))),
    ),
    withoutCertificates: [...before.certificates.keys()].filter((arn) => !after.certificates.has(arn)),
    cut: [...before.owners].filter((owner) => !after.owners.has(owner)),
  }
}

/** Workers summed up. */
export function relayStatusOf(statistics: RelayStatistics | undefined): RelayStatus | undefined {
  if (!statistics) return undefined
  const { workers, restarts } = statistics
  const sum = (of: (worker: RelayStatistics['workers'][number]) => number): number =>
    workers.reduce((total, worker) => total + of(worker), 0)
  const failures: Record<string, number> = {}
  for (const worker of workers) {
    for (const [reason, count] of Object.entries(worker.failures)) failures[reason] = (failures[reason] ?? 0) + count
  }
  return {
    workers: workers.length,
    restarts,
    connections: sum(({ connections }) => connections),
    accepted: sum(({ accepted }) => accepted),
    bytes: sum(({ bytes }) => bytes),
    failures,
    residentMemoryBytes: sum(({ residentMemoryBytes }) => residentMemoryBytes),
  }
}
