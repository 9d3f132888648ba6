/**
 * What one more endpoint costs when 1,000 are there, and what it costs when there is none: time until it works, and CPU
 * time of both processes and of what they start.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateVpcEndpointCommand } from '@aws-sdk/client-ec2'
import type { Playground } from '../src/cli/demo/playground.ts'
import type { Benchmark } from './benchmark.ts'
import { httpPort } from './load.ts'
import { createEndpointsApart } from './many-endpoints.ts'
import { msBetween, type Probe, startProbedLink } from './probe.ts'
import { cpuMs } from './processes.ts'
import type { Figure } from './report.ts'
import { spreadOf } from './statistics.ts'
import type { Consumer, Provider } from './world.ts'

export const oneChange: Benchmark = {
  name: 'one-change',
  async run({ stage, quick, log }) {
    const { consumer, playground, probe, provider } = await startProbedLink(stage)

    const count = quick ? 5 : 15
    const alone = await change(playground, provider, consumer, probe, 50, count)
    log('1,000 endpoints are made beside it')
    await createEndpointsApart(playground, '333333333333', provider, 20, 50)
    const among = await change(playground, provider, consumer, probe, 150, count)
    const figures = (name: string, { ms, cpu }: Cost): Figure[] => [
      { what: `${name}: request → first accepted connection`, unit: 'ms', spread: spreadOf(ms) },
      { what: `${name}: CPU time of control and agent`, unit: 'ms', spread: spreadOf(cpu) },
    ]
    return [
      {
        title: 'One more endpoint',
        method: `${count} one after the other. CPU time without that of nft, which the agent starts.`,
        figures: [...figures('beside few', alone), ...figures('beside 1,000', among)],
      },
    ]
  },
}

interface Cost {
  readonly ms: readonly number[]
  readonly cpu: readonly number[]
}

async function change(
  playground: Playground,
  { service }: Provider,
  { network, groupId }: Consumer,
  probe: Probe,
  firstHost: number,
  count: number,
): Promise<Cost> {
  const { processes } = await playground.status()
  const pids = processes.map(({ pid }) => pid)
  const ms: number[] = []
  const cpu: number[] = []
  for (let i = 0; i < count; i++) {
    // What the last one left to do is done by now, and looks that go on anyway are small beside a change.
    await sleep(300)
    const address = `10.1.1.${firstHost + i}`
    const cpuBefore = cpuMs(pids)
    const asked = process.hrtime.bigint()
    await network.tenant.ec2.send(
      new CreateVpcEndpointCommand({
        VpcEndpointType: 'Interface',
        VpcId: network.vpcId,
        ServiceName: service.serviceName,
        SubnetIds: [network.subnetIds.a ?? ''],
        SubnetConfigurations: [{ SubnetId: network.subnetIds.a, Ipv4: address }],
        SecurityGroupIds: [groupId],
      }),
    )
    ms.push(msBetween(asked, await probe.untilAccepted(address, httpPort)))
    // The outcome's way back, and what follows from it.
    await sleep(100)
    cpu.push(cpuMs(pids) - cpuBefore)
  }
  return { ms, cpu }
}
