/**
 * Which failed owners wait, and how long.
 *
 * A failure is tried again after 0.25 s, 0.5 s … 30 s, and at once when what the owner wants has changed: then it may
 * be the correction. Everybody else goes on meanwhile.
 */
import type { Fragment } from '../plan/program.ts'

const firstDelayMs = 250
const longestDelayMs = 30_000

interface Waiting {
  readonly message: string
  readonly attempts: number
  readonly notBeforeMs: number
  /** What was refused: the very same object is not worth another try before the time. */
  readonly fragment: Fragment | undefined
}

export class BackOff {
  readonly #waiting = new Map<string, Waiting>()

  /** Whether the owner, wanting this, is to be left alone now. */
  mustWait(owner: string, fragment: Fragment | undefined, nowMs: number): boolean {
    const waiting = this.#waiting.get(owner)
    return waiting !== undefined && waiting.fragment === fragment && nowMs < waiting.notBeforeMs
  }

  failed(owner: string, fragment: Fragment | undefined, message: string, nowMs: number): void {
    const before = this.#waiting.get(owner)
    const attempts = before && before.fragment === fragment ? before.attempts + 1 : 1
    const delayMs = Math.min(firstDelayMs * 2 ** (attempts - 1), longestDelayMs)
    this.#waiting.set(owner, { message, attempts, notBeforeMs: nowMs + delayMs, fragment })
  }

  /** Forgets owners that were tried and did not fail. */
  succeededExcept(stillBad: (owner: string) => boolean): void {
    for (const owner of this.#waiting.keys()) if (!stillBad(owner)) this.#waiting.delete(owner)
  }

  /** When the next owner is due; undefined when nobody waits. */
  nextDueMs(): number | undefined {
    let due: number | undefined
    for (const { notBeforeMs } of this.#waiting.values()) due = Math.min(due ?? notBeforeMs, notBeforeMs)
    return due
  }

  /** Everything that is not as it should be, now. */
  failures(): { readonly owner: string; readonly message: string }[] {
    return [...this.#waiting].map(([owner, { message }]) => ({ owner, message }))
  }
}
