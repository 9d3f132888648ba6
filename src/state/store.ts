import { agentKinds, type Batch, type Change, type Kind, type Snapshot } from '../resource/kind.ts'
import { type Log, StaleRevisionError } from './log.ts'
import { Memory, type Undo } from './memory.ts'
import { freeze, Overlay } from './overlay.ts'
import type { Transaction, View } from './transaction.ts'

/** How often a decision is made anew after another control process was faster, before the caller is told. */
const maxAttempts = 10

/** A batch that memory shows and the log does not hold yet. */
interface Pending {
  readonly batch: Batch
  readonly undo: Undo
  readonly durable: PromiseWithResolvers<void>
}

/**
 * All state: memory in front, the log behind.
 *
 * A decision is made on memory, in one turn of the event loop, and shown to the next one at once; nothing leaves the
 * process, neither an answer nor an error nor a change to an agent, before everything that it could have been based on
 * is on disk. So the log's delay is paid once per answer and never between two decisions. Batches that are decided while
 * a commit runs are committed together by the next one: the cost of an fsync is shared by everyone who waits for it.
 *
 * When the log refuses (a full disk), everything that is not durable is taken back from memory and every caller who
 * waits gets the error. When it refuses because another process appended first (StaleRevisionError), what is new is read
 * and the decisions are made again: a decision must therefore have no effect besides its writes.
 */
export class Store {
  readonly #log: Log
  readonly #now: () => Date
  readonly #memory: Memory
  /** The last revision that the log holds. */
  #durableRevision: number
  /** The last revision that memory shows. */
  #revision: number
  #queue: Pending[] = []
  /** Batches of the commit that runs, then the queue: what memory shows ahead of the log, oldest first. */
  #committing: Pending[] = []
  #commits: Promise<void> | undefined
  readonly #listeners = new Set<(batch: Batch) => void>()

  private constructor(log: Log, now: () => Date, memory: Memory, revision: number) {
    this.#log = log
    this.#now = now
    this.#memory = memory
    this.#durableRevision = revision
    this.#revision = revision
  }

  static async open(log: Log, now: () => Date = () => new Date()): Promise<Store> {
    const memory = new Memory()
    const { revision, resources } = await log.load()
    for (const stored of resources) {
      const change = { kind: stored.kind, id: stored.id, value: freeze(stored.value) } as Change
      memory.apply(stored.revision, [change])
    }
    return new Store(log, now, memory, revision)
  }

  /**
   * Runs a decision and resolves when its writes are durable. When it throws, nothing is written, and the error comes
   * out once what it was based on is durable.
   */
  async transact<T>(decide: (tx: Transaction) => T): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const tx = new Overlay(this.#memory, this.#revision)
      let outcome: { readonly value: T } | { readonly error: unknown }
      try {
        outcome = { value: decide(tx) }
      } catch (error) {
        outcome = { error }
      }
      if ('value' in outcome && outcome.value instanceof Promise) {
        throw new TypeError('a transaction must decide synchronously')
      }
      const changes = 'error' in outcome ? [] : tx.changes()

      try {
        await (changes.length > 0 ? this.#enqueue(changes) : this.#caughtUp())
      } catch (error) {
        // A decision that wrote nothing has lost nothing: it is made again on what the log kept.
        const again = error instanceof StaleRevisionError || changes.length === 0
        if (again && attempt < maxAttempts) continue
        throw error
      }
      if ('error' in outcome) throw outcome.error
      return outcome.value
    }
  }

  /** One consistent read. Waits only while memory shows something that a crash could still lose. */
  view<T>(read: (view: View) => T): Promise<T> {
    return this.transact(read)
  }

  /**
   * A read that does not wait, and may thus see what a crash could lose: for decisions whose answer waits by itself
   * (who signed a request), and for looking whether there is anything to do.
   */
  peek<T>(read: (view: View) => T): T {
    return read(new Overlay(this.#memory, this.#revision))
  }

  /** What an agent is told at first: durable, and only the kinds it needs. */
  snapshot(): Promise<Snapshot> {
    return this.transact((tx) => {
      const resources = agentKinds.map((kind) => {
        const entries = Array.from(this.#memory.all(kind), (entry) => [entry.id, entry.value] as const)
        return [kind, new Map(entries)] as const
      })
      return { revision: tx.revision, resources: Object.fromEntries(resources) as unknown as Snapshot['resources'] }
    })
  }

  /** Calls back with every batch once it is durable, in order, without a gap. Returns how to stop it. */
  subscribe(listener: (batch: Batch) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The last durable revision. */
  get revision(): number {
    return this.#durableRevision
  }

  /** The revision of the last change to a resource; Infinity when there is no such resource. */
  revisionOf(kind: Kind, id: string): number {
    return this.#memory.get(kind, id)?.revision ?? Number.POSITIVE_INFINITY
  }

  count(kind: Kind): number {
    return this.#memory.count(kind)
  }

  /** Waits for what is under way and closes the log. */
  async close(): Promise<void> {
    while (this.#commits) await this.#commits
    await this.#log.close()
  }

  #enqueue(changes: readonly Change[]): Promise<void> {
    const revision = ++this.#revision
    const batch = { revision, at: this.#now().toISOString(), changes }
    const durable = Promise.withResolvers<void>()
    this.#queue.push({ batch, undo: this.#memory.apply(revision, changes), durable })
    this.#commits ??= this.#commitQueue()
    return durable.promise
  }

  /** Resolves when all that memory shows now is durable. */
  async #caughtUp(): Promise<void> {
    const last = this.#queue.at(-1) ?? this.#committing.at(-1)
    await last?.durable.promise
  }

  async #commitQueue(): Promise<void> {
    while (this.#queue.length > 0) {
      // One commit for all requests that have arrived by now: with a log that commits synchronously (SQLite), what came
      // during the last commit still waits in its sockets, and the event loop's poll phase must read it first.
      await new Promise<void>((resolve) => setImmediate(resolve))
      this.#committing = this.#queue
      this.#queue = []
      const group = this.#committing
      try {
        await this.#log.append(
          this.#durableRevision,
          group.map(({ batch }) => batch),
        )
      } catch (error) {
        await this.#takeBack(error)
        continue
      }
      this.#committing = []
      for (const { batch } of group) this.#publish(batch)
      for (const { durable } of group) durable.resolve()
    }
    this.#commits = undefined
  }

  /** Memory back to what the log holds; then everyone who waited hears why. */
  async #takeBack(cause: unknown): Promise<void> {
    let error = cause
    const takeBackPending = () => {
      const pending = [...this.#committing, ...this.#queue]
      for (const { undo } of pending.toReversed()) this.#memory.undo(undo)
      this.#committing = []
      this.#queue = []
      this.#revision = this.#durableRevision
      return pending
    }

    const refused = takeBackPending()
    if (cause instanceof StaleRevisionError) {
      try {
        const news = await this.#log.since(this.#durableRevision)
        // Decisions made during that read were made on old memory too.
        refused.push(...takeBackPending())
        for (const batch of news) {
          this.#memory.apply(batch.revision, freeze(batch.changes))
          this.#revision = batch.revision
          this.#publish(batch)
        }
      } catch (failure) {
        refused.push(...takeBackPending())
        error = failure
      }
    }
    for (const { durable } of refused) durable.reject(error)
  }

  #publish(batch: Batch): void {
    this.#durableRevision = batch.revision
    for (const listener of this.#listeners) listener(batch)
  }
}
