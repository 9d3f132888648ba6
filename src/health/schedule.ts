/**
 * What is due when: a binary heap under one timer, and the clock given from outside, so that a test moves it.
 *
 * An entry that was moved or removed stays in the heap until its old time comes and is passed over then: moving costs
 * a push, and no search.
 */
export interface Timers {
  setTimeout(callback: () => void, delayMs: number): unknown
  clearTimeout(timer: unknown): void
}

export interface Schedule<T> {
  /** Sets or moves the time at which `item` is handed out. */
  set(item: T, dueMs: number): void
  remove(item: T): void
  /** When `item` is due, if it is. */
  dueOf(item: T): number | undefined
  readonly size: number
  close(): void
}

interface Entry<T> {
  readonly dueMs: number
  readonly item: T
}

/**
 * How late a thing may be handed out, so that those close together share one turn of the event loop; never early.
 * 20 ms made no difference to the cost of 1,000 checks a second, so it is small.
 */
export const granularityMs = 4

export function createSchedule<T>(onDue: (item: T) => void, now: () => number, timers: Timers): Schedule<T> {
  const heap: Entry<T>[] = []
  const current = new Map<T, Entry<T>>()
  let timer: unknown
  let timerDueMs = Number.POSITIVE_INFINITY

  const arm = () => {
    const first = heap[0]
    if (!first || first.dueMs >= timerDueMs) return
    timers.clearTimeout(timer)
    timerDueMs = first.dueMs
    timer = timers.setTimeout(fire, Math.max(0, Math.ceil(first.dueMs - now())) + granularityMs)
  }

  const fire = () => {
    timerDueMs = Number.POSITIVE_INFINITY
    // Read once: what comes due while the callbacks run waits for the next turn.
    const until = now()
    for (let first = heap[0]; first && first.dueMs <= until; first = heap[0]) {
      pop(heap)
      if (current.get(first.item) !== first) continue
      current.delete(first.item)
      onDue(first.item)
    }
    arm()
  }

  return {
    set(item, dueMs) {
      const entry = { item, dueMs }
      current.set(item, entry)
      push(heap, entry)
      arm()
    },
    remove: (item) => void current.delete(item),
    dueOf: (item) => current.get(item)?.dueMs,
    get size() {
      return current.size
    },
    close() {
      timers.clearTimeout(timer)
      heap.length = 0
      current.clear()
    },
  }
}

function push<T>(heap: Entry<T>[], entry: Entry<T>): void {
  let index = heap.length
  heap.push(entry)
  while (index > 0) {
    const parentIndex = (index - 1) >> 1
    const parent = heap[parentIndex]
    if (!parent || parent.dueMs <= entry.dueMs) break
    heap[index] = parent
    index = parentIndex
  }
  heap[index] = entry
}

function pop<T>(heap: Entry<T>[]): void {
  const last = heap.pop()
  if (!last || heap.length === 0) return
  let index = 0
  for (;;) {
    let childIndex = 2 * index + 1
    let child = heap[childIndex]
    const right = heap[childIndex + 1]
    if (child && right && right.dueMs < child.dueMs) {
      childIndex++
      child = right
    }
    if (!child || child.dueMs >= last.dueMs) break
    heap[index] = child
    index = childIndex
  }
  heap[index] = last
}
