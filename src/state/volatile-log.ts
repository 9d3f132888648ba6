import type { Batch } from '../resource/kind.ts'
import { type Log, StaleRevisionError, type StoredResource } from './log.ts'

/** A log that forgets when the process ends: for tests, and the smallest statement of what a Log must do. */
export class VolatileLog implements Log {
  readonly #batches: Batch[] = []
  readonly #resources = new Map<string, StoredResource>()

  async load(): Promise<{ revision: number; resources: StoredResource[] }> {
    return { revision: this.#batches.length, resources: structuredClone([...this.#resources.values()]) }
  }

  async append(expectedRevision: number, batches: readonly Omit<Batch, 'revision'>[]): Promise<void> {
    if (expectedRevision !== this.#batches.length) throw new StaleRevisionError()
    for (const { at, changes } of structuredClone(batches)) {
      const revision = this.#batches.length + 1
      this.#batches.push({ revision, at, changes })
      for (const { kind, id, value } of changes) {
        const key = `${kind}/${id}`
        if (value) this.#resources.set(key, { kind, id, revision, value })
        else this.#resources.delete(key)
      }
    }
  }

  async since(revision: number): Promise<readonly Batch[]> {
    return structuredClone(this.#batches.slice(revision))
  }

  async close(): Promise<void> {}
}
