import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Stage } from './stage.ts'

const proberModule = fileURLToPath(new URL('./prober.ts', import.meta.url))

/** The prober in a namespace. */
export class Probe {
  readonly #stdin: NodeJS.WritableStream
  readonly #lines: AsyncIterator<string>

  constructor(stage: Stage, netns: string) {
    const { stdin, stdout } = stage.start(netns, [process.execPath, proberModule])
    if (!stdin || !stdout) throw new Error('the prober has no pipes')
    this.#stdin = stdin
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  }

  /** Resolves when a connection was accepted, with the time of it (process.hrtime.bigint). */
  async untilAccepted(ip: string, port: number): Promise<bigint> {
    if (!this.#stdin.write(`${ip} ${port}\n`)) await once(this.#stdin, 'drain')
    const { value, done } = await this.#lines.next()
    if (done) throw new Error('the prober has ended')
    return BigInt(value)
  }
}

export const msBetween = (from: bigint, to: bigint): number => Number(to - from) / 1e6
