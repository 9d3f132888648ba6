/**
 * What an endpoint costs: the same server, asked by a neighbour in its own VPC, through an endpoint from another VPC, and
 * through what people use today.
 */
import type { Benchmark } from './benchmark.ts'
import { interleave } from './interleave.ts'
import { type Path, startServer, type Workload, workloads } from './load.ts'
import { prepareProxiesInVpcs, startProxiesInVpcs, startProxiesOnVeth } from './peers.ts'
import type { Figure, Finding } from './report.ts'
import { spreadOf } from './statistics.ts'
import { connect, createConsumer, createProvider, directPath, endpointPath, netnsOf, startPlayground } from './world.ts'

const promised: Readonly<Record<Workload, { readonly direct: number; readonly peer: number }>> = {
  bulk: { direct: 0.85, peer: 1.8 },
  'keep-alive': { direct: 0.7, peer: 1.5 },
  'new connections': { direct: 0.75, peer: 1.5 },
}

export const dataPath: Benchmark = {
  name: 'data-path',
  async run(setting): Promise<Finding[]> {
    const { stage, log } = setting
    log('one provider, one consumer, HAProxy and nginx stream beside them')
    const playground = await startPlayground(stage)
    const provider = await createProvider(playground, '111111111111')
    const consumer = await createConsumer(playground, '222222222222', provider)
    const endpoint = await connect(consumer, provider)
    await startServer(stage, netnsOf(playground, provider.server))
    const hosts = await prepareProxiesInVpcs(consumer, provider)
    // What is measured is the kernel's work. The agent would also take the proxies' moved interfaces for damage.
    await playground.crash()
    const proxies = await startProxiesInVpcs(stage, playground, hosts, consumer, provider)
    const bare = await startProxiesOnVeth(stage)
    const direct = directPath(playground, provider)
    const through = endpointPath(playground, endpoint)

    const paths = [direct, through, ...proxies, ...bare]
    const results = await interleave(setting, paths)
    const speed = (workload: Workload, other: Path): Figure => ({
      what: `${workload}: endpoint / ${other.name}`,
      unit: 'ratio',
      spread: spreadOf(results.speedRatios(workload, through, other)),
    })
    const speeds = workloads.flatMap((workload): Figure[] => [
      { ...speed(workload, direct), promise: { atLeast: promised[workload].direct } },
      ...proxies.map((proxy) => ({ ...speed(workload, proxy), promise: { atLeast: promised[workload].peer } })),
      ...bare.map((proxy) => speed(workload, proxy)),
    ])
    const thrifts = workloads.flatMap((workload) =>
      [direct, ...proxies, ...bare].map(
        (other): Figure => ({
          what: `${workload}: ${other.name} / endpoint`,
          unit: 'ratio',
          spread: spreadOf(results.thriftRatios(workload, through, other)),
        }),
      ),
    )
    const absolute = workloads.flatMap((workload) =>
      paths.map(
        (path): Figure => ({
          what: `${workload}: ${path.name}`,
          unit: workload === 'bulk' ? 'Gbit/s' : '1/s',
          spread: spreadOf(results.of(workload, path).map(({ rate }) => rate)),
        }),
      ),
    )
    const networks =
      'Proxies: an instance with a leg in both VPCs. "bare": client, proxy and server side by side on plain veth pairs.'
    return [
      { title: 'Data path: speed', method: `${results.method}\n${networks}`, figures: speeds },
      {
        title: 'Data path: CPU time per request (or MB), as a ratio',
        method: "Of clients, servers and proxies together, the packets' way through the kernel included.",
        figures: thrifts,
      },
      { title: 'Data path: speeds of this machine', method: 'What the ratios are made of.', figures: absolute },
    ]
  },
}
