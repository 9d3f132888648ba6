/**
 * What people put between two networks today: HAProxy or nginx stream on a host with a leg in each.
 *
 * Twice. In the very networks that the endpoint joins: the proxy's host is an instance with an interface in the
 * consumer's VPC and one in the provider's, so its traffic passes both VPCs' routers and security groups, as that of
 * every instance does. And on bare veth pairs, client, proxy and server directly side by side, with no router, firewall
 * or connection tracking anywhere: a network that nobody runs, but the least that a proxy can cost.
 *
 * Either way the two networks must have different CIDRs, which an endpoint does not ask for.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Playground } from '../src/cli/demo/playground.ts'
import { type Machine, runInstance } from '../src/cli/demo/scenario.ts'
import { httpPort, iperfPort, type Path, startServer, untilListening } from './load.ts'
import type { Stage } from './stage.ts'
import { type Consumer, netnsOf, type Provider } from './world.ts'

/** As instances have it: AWS's MTU within a VPC. */
const mtuBytes = 9001
const ports = [httpPort, iperfPort]

interface Proxy {
  readonly name: string
  configure(stage: Stage, file: string, listenIp: string, serverIp: string): readonly string[]
}

const haproxy: Proxy = {
  name: 'HAProxy',
  configure(_stage, file, listenIp, serverIp) {
    const listeners = ports.map(
      (port) => `
listen p${port}
  bind ${listenIp}:${port} backlog 4096
  server target ${serverIp}:${port}
`,
    )
    writeFileSync(
      file,
      `global
  maxconn 8192
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
${listeners.join('')}`,
    )
    return ['haproxy', '-db', '-f', file]
  },
}

const nginxStream: Proxy = {
  name: 'nginx stream',
  configure(stage, file, listenIp, serverIp) {
    const servers = ports.map(
      (port) =>
        `  server { listen ${listenIp}:${port} backlog=4096; proxy_timeout 1h; proxy_pass ${serverIp}:${port}; }`,
    )
    return nginxStreamCommand(stage, file, servers.join('\n'))
  },
}

const proxies: readonly Proxy[] = [haproxy, nginxStream]

/** nginx stream with a worker per core. @param servers `server { … }` blocks @returns how it is started */
export function nginxStreamCommand(stage: Stage, file: string, servers: string): readonly string[] {
  writeFileSync(
    file,
    `load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off;
user root;
worker_processes auto;
error_log stderr error;
pid ${file}.pid;
events { worker_connections 8192; }
stream {
${servers}
}
`,
  )
  return ['nginx', '-e', 'stderr', '-p', stage.directory, '-c', file]
}

/** A host's two legs: what it listens on, and what it reaches the server by. */
interface Legs {
  readonly listenIp: string
  readonly serverIp: string
}

async function startProxy(stage: Stage, netns: string, proxy: Proxy, { listenIp, serverIp }: Legs): Promise<void> {
  const file = join(stage.directory, `${netns}.conf`)
  stage.serve(netns, proxy.configure(stage, file, listenIp, serverIp))
  await untilListening(stage, netns, ports)
}

/** Two instances whose interfaces become the two legs of one host: an instance has one only. */
export interface TwoLegs {
  /** In the consumer's VPC: where the proxy runs. */
  readonly near: Machine
  /** In the provider's: its interface is moved over. */
  readonly far: Machine
}

/** @param last  the last number of both addresses */
export async function prepareTwoLegs(consumer: Consumer, provider: Provider, last: number): Promise<TwoLegs> {
  const [near, far] = await Promise.all([
    runInstance(consumer.network, 'a', `10.1.1.${last}`, [consumer.groupId]),
    runInstance(provider.network, 'a', `10.0.1.${last}`, [provider.groupId]),
  ])
  return { near, far }
}

/** Moves the far leg over. The agent would put it back: it must not run any more. @returns the namespace with both */
export async function joinLegs(stage: Stage, playground: Playground, { near, far }: TwoLegs): Promise<string> {
  const netns = netnsOf(playground, near)
  const move = ['ip', '-n', netnsOf(playground, far), 'link', 'set', 'eth0', 'netns', netns, 'name', 'eth1']
  await stage.run(undefined, move)
  await stage.run(netns, ['ip', '-batch', '-'], {
    input: `address add ${far.privateIp}/24 dev eth1\nlink set eth1 up\n`,
  })
  return netns
}

/** In the VPCs of consumer and provider: the same client, the same server. */
export async function prepareProxiesInVpcs(consumer: Consumer, provider: Provider): Promise<readonly ProxyHost[]> {
  return Promise.all(
    proxies.map(async (proxy, i) => ({ proxy, legs: await prepareTwoLegs(consumer, provider, 31 + i) })),
  )
}
type ProxyHost = { readonly proxy: Proxy; readonly legs: TwoLegs }

export async function startProxiesInVpcs(
  stage: Stage,
  playground: Playground,
  hosts: readonly ProxyHost[],
  consumer: Consumer,
  provider: Provider,
): Promise<readonly Path[]> {
  const paths: Path[] = []
  for (const { proxy, legs } of hosts) {
    const netns = await joinLegs(stage, playground, legs)
    const { privateIp } = legs.near
    await startProxy(stage, netns, proxy, { listenIp: privateIp, serverIp: provider.server.privateIp })
    paths.push({
      name: proxy.name,
      clientNetns: netnsOf(playground, consumer.client),
      servingNetns: [netns, netnsOf(playground, provider.server)],
      ip: privateIp,
    })
  }
  return paths
}

/** On bare veth pairs: chains client – proxy – server of their own. */
export async function startProxiesOnVeth(stage: Stage): Promise<readonly Path[]> {
  const paths: Path[] = []
  for (const [i, proxy] of proxies.entries()) {
    const [client = '', host = '', server = ''] = ['client', 'proxy', 'server'].map(
      (role) => `upbench-${stage.tag}-${i}-${role}`,
    )
    for (const netns of [client, host, server]) {
      await stage.run(undefined, ['ip', 'netns', 'add', netns])
      stage.later(() => void spawnSync('ip', ['netns', 'delete', netns]))
    }
    const wires = [`${client} leg0`, `${server} leg1`].map((end) => {
      const [netns, leg] = end.split(' ')
      return `link add name eth0 mtu ${mtuBytes} netns ${netns} type veth peer name ${leg} mtu ${mtuBytes} netns ${host}\n`
    })
    await stage.run(undefined, ['ip', '-batch', '-'], { input: wires.join('') })
    const address = (ip: string, dev: string): string => `address add ${ip}/24 dev ${dev}\nlink set ${dev} up\n`
    const setUp = (netns: string, lines: string): Promise<unknown> =>
      stage.run(netns, ['ip', '-batch', '-'], { input: `link set lo up\n${lines}` })
    await setUp(client, address('10.1.1.10', 'eth0'))
    await setUp(server, address('10.2.1.10', 'eth0'))
    await setUp(host, address('10.1.1.1', 'leg0') + address('10.2.1.1', 'leg1'))
    await startServer(stage, server)
    await startProxy(stage, host, proxy, { listenIp: '10.1.1.1', serverIp: '10.2.1.10' })
    paths.push({ name: `${proxy.name}, bare`, clientNetns: client, servingNetns: [host, server], ip: '10.1.1.1' })
  }
  return paths
}
