/**
 * What the health checks last said, kept in `health.json` across restarts of the agent.
 *
 * Without it a restarted agent would take every target for `initial`, send to all of them again, the dead ones included,
 * and write the kernel for nothing. Written a little after a change, replaced whole, never synced: behind the truth is
 * harmless, the checks find it again. It belongs to one boot of the machine.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HealthState, HealthView } from '../plan/program.ts'

const writeDelayMs = 200

interface Saved {
  readonly bootId: string
  readonly health: Readonly<Record<string, HealthState>>
}

const readBootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()

export class HealthMemory {
  readonly #path: string
  #timer: NodeJS.Timeout | undefined

  constructor(stateDir: string) {
    this.#path = join(stateDir, 'health.json')
  }

  load(): HealthView {
    try {
      const { bootId, health } = JSON.parse(readFileSync(this.#path, 'utf8')) as Saved
      return new Map(bootId === readBootId() ? Object.entries(health) : [])
    } catch {
      // Never written, or a crash left half of it.
      return new Map()
    }
  }

  /** Writes what `view` says by then. */
  saveSoon(view: () => HealthView): void {
    this.#timer ??= setTimeout(() => this.saveNow(view()), writeDelayMs)
    this.#timer.unref()
  }

  saveNow(view: HealthView): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const saved = { bootId: readBootId(), health: Object.fromEntries(view) }
    writeFileSync(`${this.#path}.new`, JSON.stringify(saved), { mode: 0o600 })
    renameSync(`${this.#path}.new`, this.#path)
  }

  forget(): void {
    clearTimeout(this.#timer)
    rmSync(this.#path, { force: true })
  }
}
