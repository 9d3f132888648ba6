/** A clock and its timers that move only when they are told to. */
export class FakeClock {
  nowMs = 0
  readonly #timers = new Map<number, { readonly atMs: number; readonly callback: () => void }>()
  #lastId = 0

  readonly now = (): number => this.nowMs

  readonly setTimeout = (callback: () => void, delayMs: number): number => {
    this.#lastId++
    this.#timers.set(this.#lastId, { atMs: this.nowMs + delayMs, callback })
    return this.#lastId
  }

  readonly clearTimeout = (timer: unknown): void => {
    this.#timers.delete(timer as number)
  }

  get pending(): number {
    return this.#timers.size
  }

  /** Runs what falls due within the next `ms`, in order, each at its own time. */
  advance(ms: number): void {
    const untilMs = this.nowMs + ms
    for (;;) {
      let next: readonly [number, { readonly atMs: number; readonly callback: () => void }] | undefined
      for (const timer of this.#timers) {
        if (timer[1].atMs <= untilMs && (!next || timer[1].atMs < next[1].atMs)) next = timer
      }
      if (!next) break
      this.#timers.delete(next[0])
      this.nowMs = Math.max(this.nowMs, next[1].atMs)
      next[1].callback()
    }
    this.nowMs = untilMs
  }
}
