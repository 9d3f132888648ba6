/**
 * Whether a packet's cost grows with the number of endpoints: two Underpasses side by side, one with 10 endpoints and one
 * with 10,000, measured in turn.
 *
 * All of them are in the one consumer's VPC, made through the API (the quota of endpoints per VPC is not enforced), so the
 * map that a packet is looked up in, and the fabric's routing table, really are that long. Two equal worlds differ a
 * little by themselves, through where the kernel happened to put things: the direct path, which no endpoint concerns,
 * shows by how much.
 */
import type { Benchmark, Setting } from './benchmark.ts'
import { interleave } from './interleave.ts'
import { type Path, startServer, workloads } from './load.ts'
import { createEndpointsBeside } from './many-endpoints.ts'
import type { Figure } from './report.ts'
import { spreadOf } from './statistics.ts'
import { connect, createConsumer, createProvider, directPath, endpointPath, netnsOf, startPlayground } from './world.ts'

const few = 10
const many = 10_000

export const endpointCount: Benchmark = {
  name: 'endpoint-count',
  async run(setting) {
    const small = await worldWith(few, setting)
    const large = await worldWith(many, setting)
    const results = await interleave(setting, [small.through, large.through, small.direct, large.direct])
    const figures = workloads.flatMap((workload) =>
      (
        [
          ['endpoint', small.through, large.through],
          ['direct', small.direct, large.direct],
        ] as const
      ).flatMap(([what, inSmall, inLarge]): Figure[] => [
        {
          what: `${workload}, speed: ${what}, ${many} / ${few}`,
          unit: 'ratio',
          spread: spreadOf(results.speedRatios(workload, inLarge, inSmall)),
        },
        {
          what: `${workload}, CPU time: ${what}, ${few} / ${many}`,
          unit: 'ratio',
          spread: spreadOf(results.thriftRatios(workload, inLarge, inSmall)),
        },
      ]),
    )
    return [
      {
        title: `${many} endpoints against ${few}`,
        method: `Promised: no difference beyond spread. ${results.method}`,
        figures,
      },
    ]
  },
}

async function worldWith(count: number, { stage, log }: Setting): Promise<{ direct: Path; through: Path }> {
  const playground = await startPlayground(stage)
  const provider = await createProvider(playground, '111111111111')
  const consumer = await createConsumer(playground, '222222222222', provider)
  const endpoint = await connect(consumer, provider)
  await createEndpointsBeside(playground, consumer, provider, count - 1)
  await startServer(stage, netnsOf(playground, provider.server))
  // 10,000 endpoints give the agent something to look after; what is measured is the kernel.
  await playground.crash()
  log(`a world with ${count} endpoints`)
  return {
    direct: { ...directPath(playground, provider), name: `direct, ${count}` },
    through: { ...endpointPath(playground, endpoint), name: `endpoint, ${count}` },
  }
}
