import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Observed } from '../api/observed.ts'
import type { Failure } from '../link/messages.ts'
import type { Kind } from '../resource/kind.ts'
import type { TargetHealthReport } from '../resource/target-group.ts'
import type { View } from '../state/transaction.ts'

/** The file is written this long after a report, so that a thousand reports cost a few writes. */
const defaultWriteDelayMs = 500

interface Saved {
  /** The kernel that holds what was applied: after a reboot nothing of it is there. */
  readonly bootId: string
  readonly confirmedRevision: number
  readonly failures: readonly Failure[]
}

export interface ReportsOptions {
  readonly path: string
  /** The state's revision now: a file that claims more belongs to another state. */
  readonly revision: number
  readonly bootId?: string
  readonly writeDelayMs?: number
}

/**
 * What the agent reported last: how far the kernel has come, what it refused, which targets are healthy.
 *
 * The revision and the failures also lie in a file, so that endpoints which were available do not fall back to pending
 * when control restarts. It is written late and never before the report, so it can be behind the truth (the agent's next
 * report corrects that) and not ahead of it; therefore it needs no fsync either.
 */
export class Reports {
  readonly #path: string
  readonly #bootId: string
  readonly #writeDelayMs: number
  #confirmedRevision = 0
  #failures: ReadonlyMap<string, string> = new Map()
  readonly #targetHealth = new Map<string, TargetHealthReport>()
  #waiting: { readonly revision: number; readonly resolve: () => void }[] = []
  #writeTimer: NodeJS.Timeout | undefined

  constructor({ path, revision, bootId = readBootId(), writeDelayMs = defaultWriteDelayMs }: ReportsOptions) {
    this.#path = path
    this.#writeDelayMs = writeDelayMs
    this.#bootId = bootId
    const saved = readSaved(path)
    if (saved?.bootId !== bootId || saved.confirmedRevision > revision) return
    this.#confirmedRevision = saved.confirmedRevision
    this.#failures = failureMap(saved.failures)
  }

  get confirmedRevision(): number {
    return this.#confirmedRevision
  }

  get failures(): readonly Failure[] {
    return Array.from(this.#failures, ([owner, message]) => ({ owner, message }))
  }

  /**
   * An outcome is the whole truth so far: what failed before and is not named has been made good.
   * @returns the failures that were not known
   */
  receiveOutcome(revision: number, failures: readonly Failure[]): readonly Failure[] {
    const unknown = failures.filter(({ owner, message }) => this.#failures.get(owner) !== message)
    this.#confirmedRevision = revision
    this.#failures = failureMap(failures)
    this.#writeTimer ??= setTimeout(() => this.#write(), this.#writeDelayMs)
    const [reached, waiting] = partition(this.#waiting, (each) => each.revision <= revision)
    this.#waiting = waiting
    for (const { resolve } of reached) resolve()
    return unknown
  }

  receiveHealth(targets: Readonly<Record<string, TargetHealthReport>>, full: boolean): void {
    if (full) this.#targetHealth.clear()
    for (const [targetKey, report] of Object.entries(targets)) this.#targetHealth.set(targetKey, report)
  }

  /** A target that is registered again under the same key begins anew. */
  forgetTarget(targetKey: string): void {
    this.#targetHealth.delete(targetKey)
  }

  /** Resolves when the agent has confirmed a revision: true, or false when it has not in time. */
  confirmed(revision: number, timeoutMs: number): Promise<boolean> {
    if (revision <= this.#confirmedRevision) return Promise.resolve(true)
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((each) => each !== entry)
        resolve(false)
      }, timeoutMs)
      const entry = {
        revision,
        resolve: () => {
          clearTimeout(timer)
          resolve(true)
        },
      }
      this.#waiting.push(entry)
    })
  }

  /** As handlers see it. A resource that the transaction has written itself is not applied: its revision is yet to come. */
  in(view: Pick<View, 'revisionOf'>): Observed {
    return {
      isConfirmed: (revision: number) => revision <= this.#confirmedRevision,
      isApplied: (kind: Kind, id: string) =>
        view.revisionOf(kind, id) <= this.#confirmedRevision && !this.#failures.has(`${kind}/${id}`),
      // Asked twice for every endpoint of a description, and nearly always of nothing: making the key would cost more.
      failureOf: (kind: Kind, id: string) =>
        this.#failures.size === 0 ? undefined : this.#failures.get(`${kind}/${id}`),
      targetHealth: (targetKey: string) => this.#targetHealth.get(targetKey),
    }
  }

  /**
   * The orderly end: `underpass down`, which takes the kernel objects away. What a crash leaves stays in the kernel, and
   * the file stays with it.
   */
  close(): void {
    clearTimeout(this.#writeTimer)
    rmSync(this.#path, { force: true })
  }

  #write(): void {
    clearTimeout(this.#writeTimer)
    this.#writeTimer = undefined
    const saved: Saved = {
      bootId: this.#bootId,
      confirmedRevision: this.#confirmedRevision,
      failures: this.failures,
    }
    const unfinished = `${this.#path}.new`
    writeFileSync(unfinished, JSON.stringify(saved), { mode: 0o600 })
    renameSync(unfinished, this.#path)
  }
}

/** One per start of the kernel: random(4). */
function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** Undefined when there is none, or when a crash left half of one: then the agent's next report is waited for. */
function readSaved(path: string): Saved | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Saved
  } catch {
    return undefined
  }
}

function failureMap(failures: readonly Failure[]): ReadonlyMap<string, string> {
  return new Map(failures.map(({ owner, message }) => [owner, message]))
}

function partition<T>(all: readonly T[], belongs: (each: T) => boolean): [T[], T[]] {
  return [all.filter(belongs), all.filter((each) => !belongs(each))]
}
