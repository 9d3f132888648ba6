/**
 * What the relay costs beside the programs that people put there: HAProxy writing PROXY protocol v2, HAProxy and nginx ending
 * TLS. They stand in the very networks that the endpoint joins (peers.ts), on the same processors, with a worker each.
 *
 * The client is the same program on every path, and so is the server, so the ratio is that of whole paths, as a user has them.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ACMClient, ImportCertificateCommand } from '@aws-sdk/client-acm'
import { AuthorizeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2'
import {
  CreateListenerCommand,
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Playground } from '../src/cli/demo/playground.ts'
import { type Machine, tcpFrom, until } from '../src/cli/demo/scenario.ts'
import { fabricNetns } from '../src/plan/names.ts'
import type { Benchmark, Setting } from './benchmark.ts'
import { untilListening } from './load.ts'
import { joinLegs, nginxStreamCommand, prepareTwoLegs, type TwoLegs } from './peers.ts'
import { cpuMs, pidsNamed, residentMegabytes } from './processes.ts'
import type { Figure, Finding } from './report.ts'
import type { Stage } from './stage.ts'
import { spreadOf } from './statistics.ts'
import {
  type Consumer,
  connect,
  createConsumer,
  createProvider,
  netnsOf,
  type Provider,
  startPlayground,
} from './world.ts'

/** What clients dial. */
const ports = { proxy: 81, tls: 443, tlsEcdsa: 444 } as const
type Service = keyof typeof ports
/** What the server listens on: plain, and behind a header. */
const plainPort = 8080
const headerPort = 8081

const workloads = ['bulk', 'new connections'] as const
type Workload = (typeof workloads)[number]

interface Path {
  readonly name: string
  readonly service: Service
  readonly ip: string
  /** Of the relay or the proxy, and of the server: who works for a request beside the client. */
  readonly servingNetns: readonly string[]
}

interface Certificate {
  readonly certificate: string
  readonly key: string
}

const idleConnections = 2_000
const holderModule = fileURLToPath(new URL('./idle-client.ts', import.meta.url))

export const relay: Benchmark = {
  name: 'relay',
  async run(setting): Promise<Finding[]> {
    const { stage, log } = setting
    log('one provider, one consumer, HAProxy and nginx beside them')
    const playground = await startPlayground(stage)
    const provider = await createProvider(playground, '111111111111')
    const consumer = await createConsumer(playground, '222222222222', provider)
    const rsa = makeCertificate(stage, 'rsa', ['-newkey', 'rsa:2048'])
    const ecdsa = makeCertificate(stage, 'ecdsa', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'])
    await addListeners(consumer, provider, rsa, ecdsa)
    const endpoint = await connect(consumer, provider)
    await startServer(stage, netnsOf(playground, provider.server))
    const peers = await Promise.all([31, 32].map((last) => prepareTwoLegs(consumer, provider, last)))
    await untilServed(stage, playground, consumer.client, endpoint.ip)
    // What is measured is relay and kernel. The agent would also take the proxies' moved interfaces for damage.
    await playground.crash()
    const [haproxyHost, nginxHost] = peers
    if (!haproxyHost || !nginxHost) throw new Error('no hosts for the proxies')
    const haproxyIp = await startPeer(stage, playground, haproxyHost, haproxyOf(stage, provider))
    const nginxIp = await startPeer(stage, playground, nginxHost, nginxOf(stage, provider))

    const clientNetns = netnsOf(playground, consumer.client)
    // Tens of thousands of connections a minute to one address: more than the client has ports for, on any path.
    await stage.run(clientNetns, [
      'sh',
      '-c',
      'echo 1024 65535 > /proc/sys/net/ipv4/ip_local_port_range; echo 1 > /proc/sys/net/ipv4/tcp_tw_reuse',
    ])
    const figures: Figure[] = []
    const absolute: Figure[] = []
    const thrift: Figure[] = []
    for (const service of ['proxy', 'tls', 'tlsEcdsa'] as const) {
      const path = (name: string, ip: string, netns: string): Path => ({
        ...{ name, service, ip },
        servingNetns: [netns, netnsOf(playground, provider.server)],
      })
      const paths: Path[] = [
        path('endpoint', endpoint.ip, fabricNetns(playground.home.name)),
        path('HAProxy', haproxyIp, netnsOf(playground, haproxyHost.near)),
        ...(service === 'proxy' ? [] : [path('nginx', nginxIp, netnsOf(playground, nginxHost.near))]),
      ]
      const results = await interleave(setting, clientNetns, paths)
      for (const workload of workloads) {
        const of = (path: Path): readonly Measurement[] => results.get(`${workload}|${path.name}`) ?? []
        const [own, ...others] = paths
        if (!own) continue
        for (const other of others) {
          figures.push({
            what: `${titles[service]}, ${workload}: endpoint / ${other.name}`,
            unit: 'ratio',
            spread: spreadOf(of(own).map(({ rate }, round) => rate / (of(other)[round]?.rate ?? Number.NaN))),
            ...(other.name === 'HAProxy' ? { promise: { atLeast: 0.8 } } : {}),
          })
          thrift.push({
            what: `${titles[service]}, ${workload}: ${other.name} / endpoint`,
            unit: 'ratio',
            spread: spreadOf(of(own).map(({ cpu }, round) => (of(other)[round]?.cpu ?? Number.NaN) / cpu)),
          })
        }
        for (const path of paths) {
          absolute.push({
            what: `${titles[service]}, ${workload}: ${path.name}`,
            unit: workload === 'bulk' ? 'Gbit/s' : '1/s',
            spread: spreadOf(of(path).map(({ rate }) => rate)),
          })
        }
      }
    }
    const memory = await idleMemory(setting, playground, clientNetns, endpoint.ip)
    const method =
      `Rounds: ${setting.rounds}, interleaved; per round each path twice. bulk: curl, 1 GiB from nginx. new connections: wrk, 1 thread,\n` +
      '32 at a time, `Connection: close`; TLS 1.3, AES-128-GCM, no session resumed. HAProxy and nginx: an instance with a leg in both VPCs.'
    return [
      { title: 'Relay: speed', method, figures },
      { title: 'Relay: memory per idle connection', method: memory.method, figures: memory.figures },
      {
        title: 'Relay: CPU time per request (or byte), as a ratio',
        method: "Of client, server and relay or proxy together, the packets' way through the kernel included.",
        figures: thrift,
      },
      { title: 'Relay: speeds of this machine', method: 'What the ratios are made of.', figures: absolute },
    ]
  },
}

const titles: Readonly<Record<Service, string>> = {
  proxy: 'PROXY v2',
  tls: 'TLS (RSA 2048)',
  tlsEcdsa: 'TLS (ECDSA P-256)',
}

function makeCertificate(stage: Stage, name: string, key: readonly string[]): Certificate {
  const file = (extension: string): string => join(stage.directory, `${name}.${extension}`)
  const argv = ['req', '-x509', ...key, '-nodes', '-days', '30', '-subj', '/CN=bench.test']
  const made = spawnSync('openssl', [...argv, '-keyout', file('key'), '-out', file('crt')], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`)
  const certificate = { certificate: readFileSync(file('crt'), 'utf8'), key: readFileSync(file('key'), 'utf8') }
  writeFileSync(file('pem'), certificate.certificate + certificate.key)
  return certificate
}

async function addListeners(
  { network, groupId }: Consumer,
  provider: Provider,
  rsa: Certificate,
  ecdsa: Certificate,
): Promise<void> {
  const open = (GroupId: string, cidr: string) =>
    new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [{ ...tcpFrom(81, cidr), ToPort: 9999 }] })
  await network.tenant.ec2.send(open(groupId, '10.1.0.0/16'))
  const { ec2, elbv2, caller } = provider.network.tenant
  await ec2.send(open(provider.groupId, '10.0.0.0/16'))
  const acm = new ACMClient(caller)
  const arns = await Promise.all(
    [rsa, ecdsa].map(async ({ certificate, key }) => {
      const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
      const answer = await acm.send(
        new ImportCertificateCommand({ Certificate: encode(certificate), PrivateKey: encode(key) }),
      )
      return answer.CertificateArn ?? ''
    }),
  )
  for (const [service, targetPort, certificateArn] of [
    ['proxy', headerPort, undefined],
    ['tls', plainPort, arns[0]],
    ['tlsEcdsa', plainPort, arns[1]],
  ] as const) {
    const { TargetGroups } = await elbv2.send(
      new CreateTargetGroupCommand({
        Name: `relay-${service}`,
        Protocol: 'TCP',
        Port: targetPort,
        VpcId: provider.network.vpcId,
        TargetType: 'instance',
      }),
    )
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? ''
    if (service === 'proxy') {
      const Attributes = [{ Key: 'proxy_protocol_v2.enabled', Value: 'true' }]
      await elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }))
    }
    await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: provider.server.instanceId }] }))
    await elbv2.send(
      new CreateListenerCommand({
        LoadBalancerArn: provider.service.loadBalancerArn,
        Port: ports[service],
        DefaultActions: [{ Type: 'forward', TargetGroupArn }],
        ...(certificateArn === undefined
          ? { Protocol: 'TCP' as const }
          : {
              Protocol: 'TLS' as const,
              Certificates: [{ CertificateArn: certificateArn }],
              SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
            }),
      }),
    )
  }
}

async function startServer(stage: Stage, netns: string): Promise<void> {
  const config = join(stage.directory, 'relay-server.conf')
  const big = join(stage.directory, 'big')
  spawnSync('truncate', ['-s', '1G', big])
  const server = (listen: string): string =>
    `server { listen ${listen} backlog=4096; location / { return 200 "ok\\n"; } location /big { alias ${big}; } }`
  writeFileSync(
    config,
    `daemon off;
master_process off;
user root;
error_log stderr error;
pid ${join(stage.directory, 'relay-server.pid')};
events { worker_connections 8192; }
http {
  access_log off;
  sendfile on;
  keepalive_timeout 1h;
  client_header_timeout 1h;
  ${server(`${plainPort}`)}
  ${server(`${headerPort} proxy_protocol`)}
}
`,
  )
  stage.serve(netns, ['nginx', '-e', 'stderr', '-p', stage.directory, '-c', config])
  await untilListening(stage, netns, [plainPort, headerPort])
}

/** @returns where it listens */
async function startPeer(
  stage: Stage,
  playground: Playground,
  legs: TwoLegs,
  { argv, listens }: Configure,
): Promise<string> {
  const netns = await joinLegs(stage, playground, legs)
  stage.serve(netns, argv)
  await untilListening(stage, netns, listens)
  return legs.near.privateIp
}

type Configure = { readonly argv: readonly string[]; readonly listens: readonly number[] }

function haproxyOf(stage: Stage, { server }: Provider): Configure {
  const file = join(stage.directory, 'relay-haproxy.cfg')
  const listen = (service: Service, options: string, target: string): string => `
listen ${service}
  bind :${ports[service]} backlog 4096 ${options}
  server target ${server.privateIp}:${target}
`
  const ssl = (name: string): string =>
    `ssl crt ${join(stage.directory, `${name}.pem`)} ssl-min-ver TLSv1.3 ciphersuites TLS_AES_128_GCM_SHA256`
  writeFileSync(
    file,
    `global
  maxconn 8192
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
${listen('proxy', '', `${headerPort} send-proxy-v2`)}
${listen('tls', ssl('rsa'), `${plainPort}`)}
${listen('tlsEcdsa', ssl('ecdsa'), `${plainPort}`)}
`,
  )
  return { argv: ['haproxy', '-db', '-f', file], listens: Object.values(ports) }
}

function nginxOf(stage: Stage, { server }: Provider): Configure {
  const file = join(stage.directory, 'relay-nginx.conf')
  const listen = (port: number, name: string): string => `server {
    listen ${port} ssl backlog=4096;
    proxy_pass ${server.privateIp}:${plainPort};
    proxy_timeout 1h;
    ssl_protocols TLSv1.3;
    ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
    ssl_certificate ${join(stage.directory, `${name}.crt`)};
    ssl_certificate_key ${join(stage.directory, `${name}.key`)};
  }`
  return {
    argv: nginxStreamCommand(stage, file, `  ${listen(ports.tls, 'rsa')}\n  ${listen(ports.tlsEcdsa, 'ecdsa')}`),
    listens: [ports.tls, ports.tlsEcdsa],
  }
}

const urlOf = ({ service, ip }: Pick<Path, 'service' | 'ip'>, path = ''): string =>
  `${service === 'proxy' ? 'http' : 'https'}://${ip}:${ports[service]}/${path}`

/** Until the endpoint answers on all of the relay's listeners. */
async function untilServed(stage: Stage, playground: Playground, client: Machine, ip: string): Promise<void> {
  for (const service of Object.keys(ports) as Service[]) {
    await until(`the endpoint to answer on port ${ports[service]}`, () =>
      stage
        .run(netnsOf(playground, client), ['curl', '-sfk', '-m', '2', urlOf({ service, ip })])
        .then(({ stdout }) => (stdout === 'ok\n' ? true : undefined))
        .catch(() => undefined),
    )
  }
}

interface Measurement {
  /** Gbit/s, or connections per second. */
  readonly rate: number
  /** CPU time of everybody who took part, per byte or connection. */
  readonly cpu: number
}

async function interleave(
  { stage, rounds, quick, log }: Setting,
  netns: string,
  paths: readonly Path[],
): Promise<Map<string, Measurement[]>> {
  const results = new Map<string, Measurement[]>()
  const seconds = quick ? 1 : 2
  // Not measured: ARP, page cache, and what a just-in-time compiler has not seen often enough.
  for (const path of paths) for (const workload of workloads) await measure(stage, netns, path, workload, quick ? 1 : 5)
  for (let round = 0; round < rounds; round++) {
    for (const workload of workloads) {
      const first = round % paths.length
      const order = [...paths.slice(first), ...paths.slice(0, first)]
      const there = new Map<Path, Measurement>()
      for (const path of order) there.set(path, await measure(stage, netns, path, workload, seconds))
      for (const path of order.toReversed()) {
        const back = await measure(stage, netns, path, workload, seconds)
        const forth = there.get(path) ?? back
        const key = `${workload}|${path.name}`
        const both = { rate: (forth.rate + back.rate) / 2, cpu: (forth.cpu + back.cpu) / 2 }
        results.set(key, [...(results.get(key) ?? []), both])
      }
      const shown = paths.map(
        (path) => `${path.name} ${results.get(`${workload}|${path.name}`)?.at(-1)?.rate.toFixed(1)}`,
      )
      log(`round ${round + 1} of ${rounds}, ${titles[paths[0]?.service ?? 'proxy']}, ${workload}: ${shown.join(', ')}`)
    }
  }
  return results
}

async function measure(
  stage: Stage,
  netns: string,
  path: Path,
  workload: Workload,
  seconds: number,
): Promise<Measurement> {
  const serving = (await Promise.all(path.servingNetns.map((each) => pidsIn(stage, each)))).flat()
  const before = cpuMs([...serving, ...softirqPids])
  const argv =
    workload === 'bulk'
      ? ['curl', '-sfk', '-o', '/dev/null', '-w', '%{size_download} %{time_total}', urlOf(path, 'big')]
      : ['wrk', '-t1', '-c32', `-d${seconds}s`, '-H', 'Connection: close', urlOf(path)]
  // bash's `time`: what a child has used is told to its parent alone.
  const timed = ['bash', '-c', `TIMEFORMAT='cpu %3U %3S'; time "$@" 2>&1`, 'time', ...argv]
  const { stdout, stderr } = await stage.run(netns, timed)
  const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? []
  const cpu = cpuMs([...serving, ...softirqPids]) - before + (Number(user) + Number(system)) * 1000
  if (workload === 'bulk') {
    const [bytes = 0, took = 0] = stdout.split(' ').map(Number)
    return { rate: (bytes * 8) / took / 1e9, cpu: cpu / bytes }
  }
  const [, requests] = /^\s*(\d+) requests in /m.exec(stdout) ?? []
  const [, rate] = /Requests\/sec:\s+([\d.]+)/.exec(stdout) ?? []
  const [, connects, timeouts] = /Socket errors: connect (\d+), read \d+, write \d+, timeout (\d+)/.exec(stdout) ?? []
  if (requests === undefined || Number(connects ?? 0) > 0 || Number(timeouts ?? 0) > 0 || /Non-2xx/.test(stdout)) {
    throw new Error(`${path.name}: wrk did not get clean answers:\n${stdout}`)
  }
  return { rate: Number(rate), cpu: cpu / Number(requests) }
}

async function pidsIn(stage: Stage, netns: string): Promise<number[]> {
  const { stdout } = await stage.run(undefined, ['ip', 'netns', 'pids', netns])
  return stdout.split('\n').filter(Boolean).map(Number)
}

/** The kernel's own threads for packets that nobody's turn was long enough for. */
const softirqPids = pidsNamed(/^ksoftirqd\//)

/** The relay's own memory, with and without connections that do nothing. */
async function idleMemory(
  { stage, log }: Setting,
  playground: Playground,
  netns: string,
  ip: string,
): Promise<{ readonly method: string; readonly figures: readonly Figure[] }> {
  const { stdout: inside } = await stage.run(undefined, ['ip', 'netns', 'pids', fabricNetns(playground.home.name)])
  const relayPids = new Set(pidsNamed(/^underpass-relay/))
  const pids = inside
    .split('\n')
    .map(Number)
    .filter((pid) => relayPids.has(pid))
  const total = (): number => pids.reduce((sum, pid) => sum + residentMegabytes(pid), 0)
  const figures: Figure[] = []
  for (const service of ['proxy', 'tls'] as const) {
    await sleep(2_000)
    const before = total()
    const argv = [
      process.execPath,
      holderModule,
      service === 'tls' ? 'tls' : 'tcp',
      ip,
      `${ports[service]}`,
      `${idleConnections}`,
    ]
    const holder = stage.start(netns, argv)
    await new Promise<void>((resolve, reject) => {
      holder.stdout?.once('data', () => resolve())
      holder.once('exit', (code) => reject(new Error(`the idle client ended with ${code}`)))
    })
    await sleep(3_000)
    const each = ((total() - before) * 1000) / idleConnections
    log(`${titles[service]}: ${each.toFixed(1)} kB per idle connection`)
    figures.push({
      what: `${titles[service]}: kB per idle connection`,
      unit: 'count',
      spread: spreadOf([each]),
      promise: { atMost: 60 },
    })
    holder.kill('SIGTERM')
  }
  return {
    method: `Growth of the resident memory of all relay processes by ${idleConnections} connections, each of which has carried one request.`,
    figures,
  }
}
