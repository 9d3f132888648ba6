import type { Logger } from 'pino'
import type { HealthCheck, HealthState, HealthView } from '../plan/program.ts'
import {
  type CheckState,
  type HealthReason,
  initialCheckState,
  nextCheckState,
  type ProbeOutcome,
} from './check-state.ts'
import { type StartProbe, startProbe } from './probe.ts'
import { createSchedule, type Timers } from './schedule.ts'

/**
 * Runs the checks and keeps what they concluded.
 *
 * A new check is made at once, so that a target is in service one round trip after it was registered. The second comes
 * after half an interval to a whole one, by the check's key, and from there each at its interval: checks that appeared
 * together (an agent's start) are spread over half an interval and stay so.
 *
 * Targets that do not answer hold a socket until their timeout, and a tenant may have thousands. So checks whose last
 * probe timed out wait in a lane of their own with half of the sockets: they delay each other and nobody else.
 */
export interface HealthChecker {
  /**
   * Replaces the set of checks. A check that is new starts from `known`, when it is there: the view before a restart,
   * so that the kernel's maps need not change until a target's health did.
   */
  update(checks: ReadonlyMap<string, HealthCheck>, known?: HealthView): void
  /** The same value until something changed. Checks that are not in it are `initial`. */
  view(): HealthView
  reasonOf(checkKey: string): HealthReason | undefined
  stats(): HealthStats
  /** Drops every connection and forgets every check. */
  close(): void
}

export interface HealthStats {
  readonly checks: number
  /** Probes with an open socket, and those that wait for a place. */
  readonly open: number
  readonly waiting: number
  /** Since the start: probes begun, and those that this host could not make. */
  readonly probes: number
  readonly notProbed: number
}

export interface HealthCheckerOptions {
  /** Called for a new state, and for a new reason of the same state. Not for a check that vanishes. */
  readonly onChange: (checkKey: string, state: HealthState, reason?: HealthReason) => void
  readonly log: Pick<Logger, 'warn'>
  /** Milliseconds that only go forward. */
  readonly now?: () => number
  readonly timers?: Timers
  readonly startProbe?: StartProbe
  readonly maxOpen?: number
}

/** 10,000 checks at 10 s that take 100 ms each need 100 places; the rest is for the ones that do not answer. */
const defaultMaxOpen = 4_096
/** Probes begun in one turn of the event loop: 2 ms of it, so that DNS and the link are not held up. */
const startsPerTurn = 32
const logEveryMs = 10_000

interface Entry {
  check: HealthCheck
  state: CheckState
  /** When the probe that runs or waits should have begun; the next is counted from here, so that none drifts. */
  dueMs: number
  isFirst: boolean
  timedOut: boolean
  cancel: (() => void) | undefined
  /** Runs while the target is `unhealthy.draining`. */
  drainTimer: unknown
}

const realTimers: Timers = {
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
}

export function createHealthChecker(options: HealthCheckerOptions): HealthChecker {
  const { onChange, log } = options
  const now = options.now ?? (() => performance.now())
  const timers = options.timers ?? realTimers
  const start = options.startProbe ?? startProbe
  const maxOpen = options.maxOpen ?? defaultMaxOpen
  const maxOpenSlow = Math.max(1, maxOpen >> 1)

  const entries = new Map<string, Entry>()
  // Sets keep the order in which things were added, and lose one at no cost.
  const waiting = new Set<Entry>()
  const waitingSlow = new Set<Entry>()
  let open = 0
  let openSlow = 0
  let probes = 0
  let notProbed = 0
  let loggedMs = Number.NEGATIVE_INFINITY
  let view: HealthView | undefined = new Map()
  let pumpTimer: unknown

  const schedule = createSchedule<Entry>(
    (entry) => {
      // The one before is still open (a timeout as long as the interval): this round is left out.
      if (entry.cancel) return planNext(entry, entry.dueMs)
      enqueue(entry, entry.dueMs)
      pump()
    },
    now,
    timers,
  )

  const enqueue = (entry: Entry, dueMs: number) => {
    entry.dueMs = dueMs
    ;(entry.timedOut ? waitingSlow : waiting).add(entry)
  }

  const planNext = (entry: Entry, fromMs: number) => {
    const { intervalMs } = entry.check
    const gapMs = entry.isFirst ? intervalMs * (0.5 + fractionOf(entry.check.key) / 2) : intervalMs
    entry.isFirst = false
    const nextMs = fromMs + gapMs
    entry.dueMs = nextMs > now() ? nextMs : now() + intervalMs
    schedule.set(entry, entry.dueMs)
  }

  const takeNext = (): Entry | undefined => {
    if (open >= maxOpen) return undefined
    const [entry] = waiting
    if (entry) {
      waiting.delete(entry)
      return entry
    }
    const [slow] = waitingSlow
    if (!slow || openSlow >= maxOpenSlow) return undefined
    waitingSlow.delete(slow)
    return slow
  }

  const pump = () => {
    if (pumpTimer !== undefined) return
    for (let started = 0; started < startsPerTurn; started++) {
      const entry = takeNext()
      if (!entry) return
      begin(entry)
    }
    pumpTimer = timers.setTimeout(() => {
      pumpTimer = undefined
      pump()
    }, 0)
  }

  const begin = (entry: Entry) => {
    const slow = entry.timedOut
    open++
    if (slow) openSlow++
    probes++
    planNext(entry, entry.dueMs)
    const cancel = start(entry.check, {
      outcome: (outcome) => {
        if (entry.cancel === cancel) conclude(entry, outcome)
      },
      closed: () => {
        open--
        if (slow) openSlow--
        if (entry.cancel === cancel) entry.cancel = undefined
        pump()
      },
    })
    entry.cancel = cancel
  }

  const conclude = (entry: Entry, outcome: ProbeOutcome) => {
    if (outcome.kind === 'not-probed') reportNotProbed(outcome.error)
    else entry.timedOut = outcome.kind === 'timeout'
    setState(entry, nextCheckState(entry.state, outcome, entry.check))
  }

  const setState = (entry: Entry, next: CheckState) => {
    const previous = entry.state
    entry.state = next
    if (next.state !== previous.state) {
      view = undefined
      if (previous.state === 'healthy' && next.state === 'unhealthy') drain(entry)
      else endDraining(entry)
    } else if (next.reason?.description === previous.reason?.description) return
    onChange(entry.check.key, stateOf(entry), next.reason)
  }

  const drain = (entry: Entry) => {
    const { drainingMs = 0 } = entry.check
    if (drainingMs === 0) return
    entry.drainTimer = timers.setTimeout(() => {
      entry.drainTimer = undefined
      view = undefined
      onChange(entry.check.key, 'unhealthy', entry.state.reason)
    }, drainingMs)
  }

  const endDraining = (entry: Entry) => {
    timers.clearTimeout(entry.drainTimer)
    entry.drainTimer = undefined
  }

  /** Bounded: when sockets run out they do so for every check of a round. */
  const reportNotProbed = (err: Error) => {
    notProbed++
    if (now() - loggedMs < logEveryMs) return
    loggedMs = now()
    log.warn({ err, open, notProbed }, 'a health check could not be made on this host; targets keep their state')
  }

  const add = (key: string, check: HealthCheck, known: HealthView | undefined) => {
    const state = known?.get(key) ?? 'initial'
    const entry: Entry = {
      check,
      state: checkStateOf(state),
      dueMs: 0,
      isFirst: true,
      timedOut: false,
      cancel: undefined,
      drainTimer: undefined,
    }
    if (state !== 'initial') view = undefined
    if (state === 'unhealthy.draining') drain(entry)
    entries.set(key, entry)
    enqueue(entry, now())
  }

  const change = (entry: Entry, check: HealthCheck) => {
    const previous = entry.check
    entry.check = check
    if (isSameProbe(previous, check)) {
      const dueMs = schedule.dueOf(entry)
      if (dueMs !== undefined && dueMs > now() + check.intervalMs) {
        entry.dueMs = now() + check.intervalMs
        schedule.set(entry, entry.dueMs)
      }
      return
    }
    stop(entry)
    entry.isFirst = true
    entry.timedOut = false
    setState(entry, initialCheckState)
    enqueue(entry, now())
  }

  const stop = (entry: Entry) => {
    const { cancel } = entry
    entry.cancel = undefined
    cancel?.()
    schedule.remove(entry)
    waiting.delete(entry)
    waitingSlow.delete(entry)
  }

  const forget = (key: string, entry: Entry) => {
    stop(entry)
    endDraining(entry)
    entries.delete(key)
    if (entry.state.state !== 'initial') view = undefined
  }

  return {
    update(checks, known) {
      for (const [key, entry] of entries) if (!checks.has(key)) forget(key, entry)
      for (const [key, check] of checks) {
        const entry = entries.get(key)
        if (!entry) add(key, check, known)
        else if (entry.check !== check) change(entry, check)
      }
      pump()
    },
    view() {
      if (view) return view
      const concluded = new Map<string, HealthState>()
      for (const [key, entry] of entries) if (entry.state.state !== 'initial') concluded.set(key, stateOf(entry))
      view = concluded
      return view
    },
    reasonOf: (checkKey) => entries.get(checkKey)?.state.reason,
    stats: () => ({
      checks: entries.size,
      open,
      waiting: waiting.size + waitingSlow.size,
      probes,
      notProbed,
    }),
    close() {
      for (const [key, entry] of entries) forget(key, entry)
      schedule.close()
      timers.clearTimeout(pumpTimer)
      pumpTimer = undefined
    },
  }
}

/** What is told of a target: unhealthy comes a while after the checks have said so, where the group asks for it. */
const stateOf = ({ state, drainTimer }: Entry): HealthState =>
  state.state === 'unhealthy' && drainTimer !== undefined ? 'unhealthy.draining' : state.state

/** Where a check starts that was known before; the interval of draining begins anew. */
const checkStateOf = (known: HealthState): CheckState =>
  known === 'initial' ? initialCheckState : { state: known === 'healthy' ? 'healthy' : 'unhealthy', streak: 0 }

/**
 * Whether the same thing is asked of the same place, so that what was learnt stays true. When only timing, thresholds
 * or the Host header differ (it names a listener, which may come and go), the state is kept; otherwise the target is
 * `initial` again and checked at once.
 */
function isSameProbe(a: HealthCheck, b: HealthCheck): boolean {
  return (
    a.protocol === b.protocol &&
    a.connectIp === b.connectIp &&
    a.connectPort === b.connectPort &&
    a.path === b.path &&
    a.matcherHttpCode === b.matcherHttpCode
  )
}

/** A number in [0, 1) that belongs to a key (FNV-1a): the same at every start, and spread over keys that differ little. */
function fractionOf(key: string): number {
  let hash = 0x81_1c_9d_c5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01_00_01_93)
  // FNV leaves the last characters in the low bits; this brings them up.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b)
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}
