import { createHash } from 'node:crypto'
import type { Observed } from '../../src/api/observed.ts'
import type { OperationContext } from '../../src/api/operation.ts'
import { type Change, idOf, type Kind, type ResourceOfKind } from '../../src/resource/kind.ts'
import { Memory } from '../../src/state/memory.ts'
import type { IndexName, Transaction } from '../../src/state/transaction.ts'

/**
 * A transaction over the real memory, with the real indexes, where every write is committed at once under its own
 * revision. It takes nothing back when a handler throws: the pipeline does that, by dropping the transaction.
 */
export class FakeTransaction implements Transaction {
  readonly #memory = new Memory()
  #revision = 0

  get revision(): number {
    return this.#revision
  }

  get<K extends Kind>(kind: K, id: string | undefined): ResourceOfKind[K] | undefined {
    return id === undefined ? undefined : this.#memory.get(kind, id)?.value
  }

  all<K extends Kind>(kind: K): Iterable<ResourceOfKind[K]> {
    return [...this.#memory.all(kind)].map((entry) => entry.value)
  }

  by<K extends Kind>(kind: K, index: IndexName<K>, value: string): readonly ResourceOfKind[K][] {
    return this.#memory.by(kind, index, value).map((entry) => entry.value)
  }

  countBy<K extends Kind>(kind: K, index: IndexName<K>, value: string): number {
    return this.#memory.countBy(kind, index, value)
  }

  put<K extends Kind>(kind: K, value: ResourceOfKind[K]): void {
    const change = { kind, id: idOf[kind](value), value } as unknown as Parameters<Memory['apply']>[1][number]
    this.#memory.apply(++this.#revision, [change])
  }

  delete(kind: Kind, id: string): void {
    this.#memory.apply(++this.#revision, [{ kind, id, value: undefined } as Change])
  }

  revisionOf(kind: Kind, id: string): number {
    return this.#memory.get(kind, id)?.revision ?? Number.POSITIVE_INFINITY
  }
}

export interface ContextOptions {
  /** Default: 111111111111. */
  readonly accountId?: string
  /** Default: us-east-1. */
  readonly region?: string
  /** Default: 2026-01-02T03:04:05.678Z. */
  readonly now?: Date
  /** Default: an agent that has applied everything, refused nothing and checked no target. */
  readonly observed?: Partial<Observed>
  /** Default: empty. Give another context's `tx` to share its resources. */
  readonly tx?: Transaction
  /** Ids and random text depend on it and on how many were asked for. Default: the account and Region. */
  readonly seed?: string
}

/** What a handler is given, with a fixed clock and ids that are the same in every run. */
export function aContext(options: ContextOptions = {}): OperationContext {
  const { accountId = '111111111111', region = 'us-east-1', tx = new FakeTransaction() } = options
  const random = new SeededText(options.seed ?? `${accountId} ${region} ${tx.revision}`)
  return {
    tx,
    accountId,
    region,
    requestId: '00000000-0000-4000-8000-000000000000',
    now: options.now ?? new Date('2026-01-02T03:04:05.678Z'),
    principal: { accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId, type: 'Root' },
    observed: {
      isConfirmed: () => true,
      isApplied: () => true,
      failureOf: () => undefined,
      targetHealth: () => undefined,
      ...options.observed,
    },
    newId: (prefix) => `${prefix}-0${random.next(16)}`,
    randomText: (length, alphabet) => random.next(length, alphabet),
  }
}

class SeededText {
  readonly #seed: string
  #count = 0

  constructor(seed: string) {
    this.#seed = seed
  }

  next(length: number, alphabet = '0123456789abcdef'): string {
    let text = ''
    while (text.length < length) {
      const digest = createHash('sha256')
        .update(`${this.#seed} ${this.#count++}`)
        .digest()
      for (const byte of digest) text += alphabet[byte % alphabet.length]
    }
    return text.slice(0, length)
  }
}
