/**
 * How soon an endpoint works: from CreateVpcEndpoint's answer to the first connection that a target accepts, for a
 * service that accepts its consumers by itself.
 *
 * The client is there before and tries all the time, so nothing is measured but what Underpass does: the log's news to
 * the agent, the plan, one nft batch. The answer itself (signature, decision, durable write) has its own figure.
 */
import { CreateVpcEndpointCommand } from '@aws-sdk/client-ec2'
import type { Benchmark } from './benchmark.ts'
import { httpPort } from './load.ts'
import { msBetween, startProbedLink } from './probe.ts'
import { percentile, spreadOf } from './statistics.ts'

const promisedMs = 100

export const firstConnection: Benchmark = {
  name: 'first-connection',
  async run({ stage, quick, log }) {
    // The first of all endpoints also makes the client's way to the fabric; what is measured is one more.
    const { consumer, probe, provider } = await startProbedLink(stage)

    const answers: number[] = []
    const connections: number[] = []
    const count = quick ? 10 : 40
    for (let i = 0; i < count; i++) {
      const address = `10.1.1.${50 + i}`
      const asked = process.hrtime.bigint()
      await consumer.network.tenant.ec2.send(
        new CreateVpcEndpointCommand({
          VpcEndpointType: 'Interface',
          VpcId: consumer.network.vpcId,
          ServiceName: provider.service.serviceName,
          SubnetIds: [consumer.network.subnetIds.a ?? ''],
          SubnetConfigurations: [{ SubnetId: consumer.network.subnetIds.a, Ipv4: address }],
          SecurityGroupIds: [consumer.groupId],
        }),
      )
      const answered = process.hrtime.bigint()
      answers.push(msBetween(asked, answered))
      connections.push(msBetween(answered, await probe.untilAccepted(address, httpPort)))
    }
    log(`${count} endpoints`)
    const p = (values: readonly number[], percent: number) => ({
      ...spreadOf(values),
      median: percentile(values, percent),
    })
    return [
      {
        title: 'From CreateVpcEndpoint to the first connection',
        method: `${count} endpoints one after the other; a resident prober begins an attempt every millisecond.`,
        figures: [
          {
            what: 'answer → first accepted connection, p50',
            unit: 'ms',
            spread: p(connections, 50),
            promise: { atMost: promisedMs },
          },
          { what: 'answer → first accepted connection, p99', unit: 'ms', spread: p(connections, 99) },
          { what: 'request → answer, p50', unit: 'ms', spread: p(answers, 50) },
          { what: 'request → answer, p99', unit: 'ms', spread: p(answers, 99) },
        ],
      },
    ]
  },
}
