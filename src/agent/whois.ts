/**
 * Who is behind a connection that a target sees: back through both stages of address translation, by what the kernel tracks.
 *
 * A target sees the load balancer's node and a port. The provider's namespace knows which fabric address that port stands for:
 *
 *   an endpoint interface's       the consumer's namespace knows the rest
 *   one the relay connects from   the relay knows who connected to it; that may be another relay, or an endpoint interface
 *   any other                     a client of the provider's own VPC
 *
 * Two or three runs of conntrack(8), which reads the whole table of a namespace: for a person who asks, not for every connection.
 */
import { inNetns, type Runner } from '../kernel/command.ts'
import type { WhoisAnswer } from '../link/messages.ts'
import { addressesOf, beforePort, fabricAddressOf, familyOf, ipv4, ipv6 } from '../plan/family.ts'
import { vpcNetns } from '../plan/names.ts'
import type { FoundConnection } from '../relay/messages.ts'
import { fabricIpOfRelaySource } from '../resource/fabric.ts'
import type { Snapshot } from '../resource/kind.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'

export interface WhoisOptions {
  readonly name: string
  readonly run: Runner
  readonly snapshot: Snapshot
  /** The relay's connection that leaves it from this address. */
  findRelayed(ip: string, port: number): Promise<FoundConnection | undefined>
}

/** One tracked connection, in its original direction and what its target sees. */
export interface Tracked {
  readonly protocol: string
  readonly source: string
  readonly sourcePort: number
  readonly destination: string
  readonly destinationPort: number
  readonly target: string
  readonly targetPort: number
}

/** A place on the way: an address and a port. */
interface End {
  readonly ip: string
  readonly port: number
}

/** @param vpcId  only in this VPC; without it in every one that has a load balancer's node of this address */
export async function whois(options: WhoisOptions, seen: End, vpcId?: string): Promise<WhoisAnswer[]> {
  const interfaces = [...options.snapshot.resources['network-interface'].values()]
  const nodes = interfaces.filter(
    (eni) =>
      eni.interfaceType === 'network_load_balancer' &&
      addressesOf(eni, familyOf(seen.ip)).includes(seen.ip) &&
      (vpcId === undefined || eni.vpcId === vpcId),
  )
  const byFabricIp = new Map(
    interfaces.flatMap((eni) =>
      [ipv4, ipv6].flatMap((family) => {
        const fabricIp = fabricAddressOf(eni, family)
        return fabricIp === undefined ? [] : [[fabricIp, eni] as const]
      }),
    ),
  )
  const answers: WhoisAnswer[] = []
  for (const node of nodes) {
    for (const tracked of await lookUp(options, node.vpcId, seen)) {
      answers.push({
        vpcId: node.vpcId,
        loadBalancerArn: node.loadBalancerArn ?? '',
        protocol: tracked.protocol,
        target: `${beforePort(tracked.target)}:${tracked.targetPort}`,
        ...(await behind(options, byFabricIp, node, { ip: tracked.source, port: tracked.sourcePort })),
      })
    }
  }
  return answers
}

type Behind = Pick<WhoisAnswer, 'client' | 'isRelayed'> & Partial<Pick<WhoisAnswer, 'endpoint'>>

async function behind(
  options: WhoisOptions,
  byFabricIp: ReadonlyMap<string, NetworkInterface>,
  node: NetworkInterface,
  from: End,
  isRelayed = false,
): Promise<Behind> {
  const relayed = fabricIpOfRelaySource(from.ip)
  if (relayed !== undefined) {
    const found = await options.findRelayed(from.ip, from.port)
    const eni = byFabricIp.get(relayed)
    if (!found || !eni) return { isRelayed: true }
    const peer = { ip: found.peerIp, port: found.peerPort }
    // To the relay in the consumer's VPC came the consumer itself; to the one at the node came the rest of the way.
    return eni.vpcEndpointId ? through(options, eni, peer, true) : behind(options, byFabricIp, node, peer, true)
  }
  const eni = byFabricIp.get(from.ip)
  if (!eni?.vpcEndpointId) return { client: `${beforePort(from.ip)}:${from.port}`, isRelayed }
  const [tracked] = await lookUp(options, eni.vpcId, from)
  return through(options, eni, tracked && { ip: tracked.source, port: tracked.sourcePort }, isRelayed)
}

function through(
  { snapshot }: WhoisOptions,
  eni: NetworkInterface,
  client: End | undefined,
  isRelayed: boolean,
): Behind {
  const vpcEndpointId = eni.vpcEndpointId ?? ''
  const endpoint = snapshot.resources['vpc-endpoint'].get(vpcEndpointId)
  return {
    endpoint: {
      vpcEndpointId,
      ownerId: endpoint?.ownerId ?? eni.ownerId,
      vpcId: eni.vpcId,
      availabilityZone: eni.availabilityZone,
    },
    ...(client ? { client: `${beforePort(client.ip)}:${client.port}` } : {}),
    isRelayed,
  }
}

/** What a VPC's namespace tracks whose answers go to this address. */
async function lookUp({ name, run }: WhoisOptions, vpcId: string, { ip, port }: End): Promise<readonly Tracked[]> {
  const search = (protocol: string): string =>
    `conntrack -L -f ${familyOf(ip).name} -p ${protocol} --reply-dst ${ip} --reply-port-dst ${port}`
  const { stdout } = await run({
    step: `look for ${ip}:${port} in ${vpcId}`,
    argv: inNetns(vpcNetns(name, vpcId), ['sh', '-c', `${search('tcp')}; ${search('udp')}`]),
    writes: false,
  })
  return parseTracked(stdout)
}

/** `tcp 6 350 ESTABLISHED src=… dst=… sport=… dport=… packets=… bytes=… src=… dst=… sport=… dport=…`. */
export function parseTracked(text: string): Tracked[] {
  return text.split('\n').flatMap((line) => {
    const protocol = /^(tcp|udp)\s/.exec(line)?.[1]
    const all = (key: string): string[] =>
      [...line.matchAll(new RegExp(` ${key}=(\\S+)`, 'g'))].map(([, value = '']) => value)
    const [source, target] = all('src')
    const [destination] = all('dst')
    const [sourcePort, targetPort] = all('sport')
    const [destinationPort] = all('dport')
    if (!protocol || !source || !target || !destination) return []
    return [
      {
        protocol,
        source,
        sourcePort: Number(sourcePort),
        destination,
        destinationPort: Number(destinationPort),
        target,
        targetPort: Number(targetPort),
      },
    ]
  })
}
