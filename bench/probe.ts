import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Playground } from '../src/cli/demo/playground.ts'
import { httpPort, startServer } from './load.ts'
import type { Stage } from './stage.ts'
import {
  type Consumer,
  connect,
  createConsumer,
  createProvider,
  netnsOf,
  type Provider,
  startPlayground,
} from './world.ts'

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

/** A link that works, and a prober in the consumer's instance that has had its first answer through it. */
export async function startProbedLink(stage: Stage): Promise<{
  readonly playground: Playground
  readonly provider: Provider
  readonly consumer: Consumer
  readonly probe: Probe
}> {
  const playground = await startPlayground(stage)
  const provider = await createProvider(playground, '111111111111')
  const consumer = await createConsumer(playground, '222222222222', provider)
  await startServer(stage, netnsOf(playground, provider.server))
  const { ip } = await connect(consumer, provider)
  const probe = new Probe(stage, netnsOf(playground, consumer.client))
  await probe.untilAccepted(ip, httpPort)
  return { playground, provider, consumer, probe }
}
