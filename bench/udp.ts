/**
 * Small datagrams through an endpoint, against a neighbour of the same VPC: iperf3 sends as fast as it can, and what arrives
 * counts. Sender, receiver and the kernel's way between them share the machine's processors.
 */
import { AuthorizeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2'
import {
  CreateListenerCommand,
  CreateTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Benchmark } from './benchmark.ts'
import { httpPort, type Path, startServer, untilListening } from './load.ts'
import type { Finding } from './report.ts'
import type { Stage } from './stage.ts'
import { spreadOf } from './statistics.ts'
import {
  type Consumer,
  connect,
  createConsumer,
  createProvider,
  directPath,
  endpointPath,
  netnsOf,
  type Provider,
  startPlayground,
} from './world.ts'

/** iperf3 talks TCP on the port that it sends datagrams to. */
const port = 5202
const payloadBytes = 64
const promisedRatio = 0.7

export const udp: Benchmark = {
  name: 'udp',
  async run({ stage, rounds, quick, log }): Promise<Finding[]> {
    log('one provider, one consumer, a TCP_UDP listener')
    const playground = await startPlayground(stage)
    const provider = await createProvider(playground, '111111111111')
    await listenForBoth(provider)
    const consumer = await createConsumer(playground, '222222222222', provider)
    await Promise.all([letIn(provider), letIn(consumer)])
    const endpoint = await connect(consumer, provider)
    const serverNetns = netnsOf(playground, provider.server)
    // Its HTTP port is what the health checks ask.
    await startServer(stage, serverNetns)
    stage.serve(serverNetns, ['iperf3', '-s', '-p', `${port}`])
    await untilListening(stage, serverNetns, [port])

    const direct = directPath(playground, provider)
    const through = endpointPath(playground, endpoint)
    const seconds = quick ? 1 : 2
    const arrived = new Map<Path, number[]>([
      [direct, []],
      [through, []],
    ])
    for (const path of arrived.keys()) await measureUdp(stage, path, 1)
    for (let round = 0; round < rounds; round++) {
      // There and back, so that a machine that gets busier does it to both.
      const there = [await measureUdp(stage, direct, seconds), await measureUdp(stage, through, seconds)]
      const back = [await measureUdp(stage, through, seconds), await measureUdp(stage, direct, seconds)]
      arrived.get(direct)?.push(((there[0] ?? 0) + (back[1] ?? 0)) / 2)
      arrived.get(through)?.push(((there[1] ?? 0) + (back[0] ?? 0)) / 2)
      const shown = [...arrived].map(([{ name }, rates]) => `${name} ${Math.round(rates.at(-1) ?? 0)}`)
      log(`round ${round + 1} of ${rounds}, datagrams a second: ${shown.join(', ')}`)
    }
    const directRates = arrived.get(direct) ?? []
    const ratios = (arrived.get(through) ?? []).map((rate, round) => rate / (directRates[round] ?? Number.NaN))
    return [
      {
        title: 'UDP',
        method: `Rounds: ${rounds}, interleaved; per round each path twice, ${seconds} s each. Datagrams of ${payloadBytes} bytes that arrived.`,
        figures: [
          { what: 'endpoint / direct', unit: 'ratio', spread: spreadOf(ratios), promise: { atLeast: promisedRatio } },
          ...[...arrived].map(([{ name }, rates]) => ({ what: name, unit: '1/s' as const, spread: spreadOf(rates) })),
        ],
      },
    ]
  },
}

/** Datagrams a second that arrived. */
async function measureUdp(stage: Stage, { clientNetns, ip }: Path, seconds: number): Promise<number> {
  const argv = ['iperf3', '-c', ip, '-p', `${port}`, '-u', '-l', `${payloadBytes}`, '-b', '0', '-t', `${seconds}`, '-J']
  const { stdout } = await stage.run(clientNetns, argv, { withinMs: seconds * 1000 + 15_000 })
  const { packets, lost_packets, seconds: took } = (JSON.parse(stdout) as IperfUdpResult).end.sum
  return (packets - lost_packets) / took
}

interface IperfUdpResult {
  readonly end: { readonly sum: { readonly packets: number; readonly lost_packets: number; readonly seconds: number } }
}

async function listenForBoth({ network, server, service }: Provider): Promise<void> {
  const { elbv2 } = network.tenant
  const { TargetGroups } = await elbv2.send(
    new CreateTargetGroupCommand({
      Name: `port-${port}`,
      Protocol: 'TCP_UDP',
      Port: port,
      VpcId: network.vpcId,
      TargetType: 'instance',
      HealthCheckPort: `${httpPort}`,
    }),
  )
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn
  await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: server.instanceId }] }))
  await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: service.loadBalancerArn,
      Protocol: 'TCP_UDP',
      Port: port,
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    }),
  )
}

async function letIn({ network, groupId }: Provider | Consumer): Promise<void> {
  const everybody = { FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }
  const IpPermissions = ['tcp', 'udp'].map((IpProtocol) => ({ IpProtocol, ...everybody }))
  await network.tenant.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions }))
}
