/**
 * The loop: what is wished and what is healthy → Program → Steps → host → outcome.
 *
 * One cycle at a time; whatever arrives meanwhile is in the next one, so a burst of changes costs a few cycles and not
 * one each. In a burst the loop rests between cycles, in proportion to what they take: a cycle is mostly the starting of
 * nft and ip, which costs the same for one change as for a hundred, on processors that others need. A change that comes
 * alone never waits.
 *
 * Memory of what the kernel has is trusted from cycle to cycle, and read anew at start, before a failure is tried again,
 * when somebody else changed something, and now and then. Nothing is removed before control has said once what is wished:
 * an agent that knows nothing must not conclude that nothing is wanted.
 */
import type { Logger } from 'pino'
import type { Runner } from '../kernel/command.ts'
import { fullLookPauseMs, watchDrift } from '../kernel/drift.ts'
import { observe } from '../kernel/observe.ts'
import { type Host, type KernelState, runSteps } from '../kernel/run.ts'
import type { Failure } from '../link/messages.ts'
import { compileProgram } from '../plan/compile.ts'
import { type Applied, diff } from '../plan/diff.ts'
import { fabricNetns } from '../plan/names.ts'
import type { HealthView, Program } from '../plan/program.ts'
import type { Step } from '../plan/steps.ts'
import type { Change, Snapshot } from '../resource/kind.ts'
import { BackOff } from './back-off.ts'
import { applyChanges } from './snapshot.ts'

/** A third of one processor, at most, for as long as changes keep coming. */
const restPerCycle = 2
const longestRestMs = 50

export interface ReconcilerOptions {
  readonly name: string
  readonly run: Runner
  readonly log: Logger
  /** What the health checks say now; they call `wake` when that has changed. */
  health(): HealthView
  /** Endpoint interfaces that can take no more connections; `wake` is called when that has changed. */
  fullInterfaceIds(): ReadonlySet<string>
  /** Before the host is read: our own namespace must be findable. */
  beforeRead(): Promise<void>
  /** Before the kernel is touched: whatever must be there by the time traffic flows. */
  beforeRun(program: Program): void | Promise<void>
  /** The kernel is as `program` wants it, but for the failures. */
  afterRun(program: Program, failures: readonly Failure[]): void | Promise<void>
}

export class Reconciler {
  readonly #options: ReconcilerOptions
  readonly #host: Host
  readonly #state: KernelState = { observed: new Map(), tablesToRebuild: new Set() }
  readonly #backOff = new BackOff()
  readonly #drift: ReturnType<typeof watchDrift>
  #snapshot: Snapshot | undefined
  #program: Program | undefined
  /** What `#state` is the clean result of; undefined when every object must be compared. */
  #applied: Applied | undefined
  #isStale = true
  #staleReason = 'the agent starts'
  #isDirty = false
  #running: Promise<void> | undefined
  #isStopped = false
  #endRest: () => void = () => {}
  #retryTimer: NodeJS.Timeout | undefined
  #fullLookTimer: NodeJS.Timeout | undefined
  /** Counts cycles that touched the host, so that a reading that one overtook is thrown away. */
  #runs = 0

  constructor(options: ReconcilerOptions) {
    this.#options = options
    this.#host = { run: options.run, ownNetns: fabricNetns(options.name) }
    this.#drift = watchDrift({
      run: options.run,
      name: options.name,
      state: this.#state,
      isQuiet: () => this.#running === undefined && this.#snapshot !== undefined,
      onDrift: (what) => this.#distrust(what),
    })
  }

  get program(): Program | undefined {
    return this.#program
  }
  get snapshot(): Snapshot | undefined {
    return this.#snapshot
  }
  get failures(): readonly Failure[] {
    return this.#backOff.failures()
  }
  get observed(): KernelState['observed'] {
    return this.#state.observed
  }

  setSnapshot(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    this.wake()
  }

  applyChanges(revision: number, changes: readonly Change[]): void {
    if (!this.#snapshot) return
    this.#snapshot = applyChanges(this.#snapshot, revision, changes)
    this.wake()
  }

  /** Something that the program depends on has changed. */
  wake(): void {
    this.#isDirty = true
    this.#running ??= this.#runWhileDirty()
  }

  /** No cycle begins after this; resolves when the present one is over. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#endRest()
    this.#drift.stop()
    clearTimeout(this.#retryTimer)
    clearTimeout(this.#fullLookTimer)
    await this.#running
  }

  async #runWhileDirty(): Promise<void> {
    // Not in the caller's turn: what else it has to say belongs to the same cycle.
    await Promise.resolve()
    while (this.#isDirty && !this.#isStopped) {
      this.#isDirty = false
      const begunAt = performance.now()
      let isUnfinished = false
      try {
        isUnfinished = await this.#cycle()
      } catch (error) {
        this.#options.log.error({ err: error }, 'this revision could not be brought to the kernel; trying again')
        this.#applied = undefined
        this.#backOff.failed('agent/agent', undefined, (error as Error).message, performance.now())
      }
      this.#scheduleRetry()
      if (isUnfinished) this.#isDirty = true
      else if (this.#isDirty) await this.#rest(performance.now() - begunAt)
    }
    this.#running = undefined
  }

  /** Between two cycles of a burst; `stop` ends it. */
  #rest(cycleMs: number): Promise<void> {
    if (this.#isStopped) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(cycleMs * restPerCycle, longestRestMs))
      this.#endRest = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** @returns whether another one must follow at once */
  async #cycle(): Promise<boolean> {
    const { name, log } = this.#options
    if (!this.#snapshot) return false
    const staleReason = this.#isStale ? this.#staleReason : undefined
    if (staleReason !== undefined) await this.#readHost()

    const { revision } = this.#snapshot
    const program = compileProgram(
      this.#snapshot,
      this.#options.health(),
      { name, fullInterfaceIds: this.#options.fullInterfaceIds() },
      this.#program,
    )
    this.#program = program
    const steps = diff(program, this.#state.observed, this.#applied)
    const nowMs = performance.now()
    const mustWait = (owner: string): boolean => this.#backOff.mustWait(owner, program.fragments.get(owner), nowMs)
    const due = steps.steps.filter(({ owner }) => !mustWait(owner))
    if (staleReason !== undefined) {
      const message = due.length === 0 ? 'the kernel is as it should be' : 'bringing the kernel to what it should be'
      log.info({ because: staleReason, revision, ...summaryOf(due) }, message)
    }

    await this.#options.beforeRun(program)
    if (due.length > 0) {
      this.#runs++
      const outcome = await runSteps(this.#host, this.#state, { revision, steps: due })
      for (const [owner, error] of outcome.failures) {
        log.error({ owner, command: error.command, errno: error.errno }, error.message)
        this.#backOff.failed(owner, program.fragments.get(owner), error.message, performance.now())
      }
      this.#backOff.succeededExcept((owner) => outcome.failures.has(owner) || mustWait(owner))
      const isClean = outcome.failures.size === 0 && due.length === steps.steps.length && !outcome.again
      this.#applied = isClean ? { program } : undefined
      this.#drift.settle()
      log.debug({ revision, ms: Math.round(performance.now() - nowMs), ...summaryOf(due) }, 'applied')
      if (outcome.again) return true
    } else {
      this.#backOff.succeededExcept(mustWait)
      if (steps.steps.length === 0) this.#applied = { program }
    }
    await this.#options.afterRun(program, this.failures)
    return false
  }

  async #readHost(): Promise<void> {
    const startedAt = performance.now()
    await this.#options.beforeRead()
    const observed = await observe(this.#host.run, this.#options.name)
    this.#adopt(observed)
    this.#isStale = false
    this.#scheduleFullLook(performance.now() - startedAt)
  }

  #adopt(observed: ReadonlyMap<string, KernelState['observed'] extends Map<string, infer V> ? V : never>): void {
    this.#state.observed.clear()
    for (const [key, value] of observed) this.#state.observed.set(key, value)
    this.#applied = undefined
    this.#drift.settle()
  }

  /** What we remember of the kernel is no longer true: read it again, and repair. */
  #distrust(what: string): void {
    this.#options.log.warn({ what }, 'the kernel is not as we left it')
    this.#isStale = true
    this.#staleReason = what
    this.wake()
  }

  #scheduleRetry(): void {
    const due = this.#backOff.nextDueMs()
    clearTimeout(this.#retryTimer)
    if (due === undefined || this.#isStopped) return
    this.#retryTimer = setTimeout(
      () => {
        // A refusal may come from what we remember wrongly.
        this.#isStale = true
        this.#staleReason = 'something failed before'
        this.wake()
      },
      Math.max(0, due - performance.now()),
    )
  }

  #scheduleFullLook(tookMs: number): void {
    clearTimeout(this.#fullLookTimer)
    if (this.#isStopped) return
    this.#fullLookTimer = setTimeout(() => void this.#fullLook(tookMs), fullLookPauseMs(tookMs))
    this.#fullLookTimer.unref()
  }

  /** Reads everything beside the running loop, and throws it away when a cycle touched the host meanwhile. */
  async #fullLook(lastTookMs: number): Promise<void> {
    const runsBefore = this.#runs
    const startedAt = performance.now()
    let tookMs = lastTookMs
    try {
      if (!this.#running && this.#program) {
        const observed = await observe(this.#host.run, this.#options.name)
        tookMs = performance.now() - startedAt
        if (runsBefore === this.#runs && !this.#running) {
          const { steps } = diff(this.#program, observed)
          const waits = (owner: string): boolean => this.failures.some((failure) => failure.owner === owner)
          const found = steps.filter(({ owner }) => !waits(owner))
          if (found.length > 0) {
            this.#distrust(`${found.length} objects differ, ${found[0]?.object.key} first`)
            return
          }
        }
      }
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the kernel could not be read; looking again later')
    }
    this.#scheduleFullLook(tookMs)
  }
}

/** How many of what, for the log. */
function summaryOf(steps: readonly Step[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { do: what, object } of steps) {
    const key = `${what} ${object.kind}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}
