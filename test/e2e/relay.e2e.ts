/**
 * Listeners that take the relay, in real namespaces: PROXY protocol v2 and TLS, through an endpoint and inside the VPC, with
 * haproxy and nginx as targets, and what becomes of connections when processes die.
 */
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ACMClient, ImportCertificateCommand } from '@aws-sdk/client-acm'
import {
  CreateListenerCommand,
  type CreateListenerCommandInput,
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { finished, type Playground } from '../../src/cli/demo/playground.ts'
import { createOrganization, type Machine, until } from '../../src/cli/demo/scenario.ts'
import { findProcesses, isLive, livePids, namespaceOf } from '../../src/cli/processes.ts'
import type { WhoisAnswer } from '../../src/link/messages.ts'
import { awsSubtype, textTlv, tlvType } from '../../src/net/proxy-protocol.ts'
import { headerExtrasTag } from '../../src/plan/relay.ts'
import { aLink, type Link, type Site } from '../support/e2e-link.ts'
import type { Held, Told } from '../support/e2e-relay.ts'
import { aPlayground, kernelTest, killNow, untilSettled } from '../support/e2e-underpass.ts'
import { selfSigned } from '../support/health-certificate.ts'

const relayModule = fileURLToPath(new URL('../support/e2e-relay.ts', import.meta.url))

/** Starts a program that prints a line once it works. */
async function started(playground: Playground, machine: Machine, ...argv: string[]): Promise<ChildProcess> {
  const child = playground.start(machine, ...argv)
  let complaint = ''
  child.stderr?.on('data', (chunk) => {
    complaint += chunk
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve())
    child.once('exit', (code) => reject(new Error(`${argv.join(' ')} ended with ${code}: ${complaint}`)))
  })
  return child
}

/** A listener on the site's load balancer, to one port of its server. */
async function addListener(
  site: Site,
  loadBalancerArn: string,
  wish: {
    readonly port: number
    readonly targetPort: number
    readonly proxy?: boolean
    readonly tags?: Readonly<Record<string, string>>
    readonly targetTls?: true
    readonly tls?: Partial<CreateListenerCommandInput>
  },
): Promise<void> {
  const { elbv2 } = site.tenant
  const { TargetGroups } = await elbv2.send(
    new CreateTargetGroupCommand({
      Name: `port-${wish.port}`,
      Protocol: wish.targetTls ? 'TLS' : 'TCP',
      Port: wish.targetPort,
      VpcId: site.network.vpcId,
      TargetType: 'instance',
      HealthCheckIntervalSeconds: 5,
      HealthyThresholdCount: 2,
      Tags: Object.entries(wish.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
    }),
  )
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? ''
  await elbv2.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn,
      Attributes: [{ Key: 'proxy_protocol_v2.enabled', Value: String(wish.proxy ?? false) }],
    }),
  )
  await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: site.server.instanceId }] }))
  await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancerArn,
      Protocol: 'TCP',
      Port: wish.port,
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
      ...wish.tls,
    }),
  )
}

/** Connects, says hello, and returns the first line of the answer. */
async function ask(playground: Playground, machine: Machine, host: string, port: number): Promise<Told> {
  const script = `exec 3<>/dev/tcp/${host}/${port}; echo hello >&3; read -t 10 line <&3; echo "$line"; read -t 10 line <&3; echo "$line"`
  return until(`an answer from ${host}:${port}`, async () => {
    const { stdout } = await playground.run(machine, 'bash', '-c', script)
    const [line = '', rest] = stdout.split('\n')
    return rest === 'hello' ? (JSON.parse(line) as Told) : undefined
  })
}

/** What curl gets, once it gets something. */
const curl = (playground: Playground, machine: Machine, ...argv: string[]): Promise<string> =>
  until(`curl ${argv.join(' ')}`, async () => {
    const { code, stdout } = await playground.run(machine, 'curl', '-sS', '-m', '5', ...argv)
    return code === 0 ? stdout.trim() : undefined
  })

async function whois(playground: Playground, address: string, ...more: string[]): Promise<readonly WhoisAnswer[]> {
  const { stdout, stderr } = await finished(playground.command('whois', address, '--json', ...more))
  assert.ok(stdout.startsWith('['), stderr)
  return JSON.parse(stdout) as WhoisAnswer[]
}

async function aRunningLink(t: TestContext): Promise<{ playground: Playground; link: Link }> {
  const playground = await aPlayground(t, 'relay')
  await playground.up()
  await createOrganization(playground.caller())
  return { playground, link: await aLink(playground) }
}

/** haproxy on 8081 and nginx on 8082 answer with the client that the header named; both refuse what has none. */
async function startPeers(t: TestContext, playground: Playground, machine: Machine): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'underpass-relay-peers-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const file = (name: string): string => join(directory, name)
  writeFileSync(
    file('haproxy.cfg'),
    `defaults
  mode http
  timeout client 10s
  timeout server 10s
  timeout connect 5s
frontend f
  bind :8081 accept-proxy
  http-request return status 200 content-type text/plain lf-string "%[src]:%[src_port] > %[dst]:%[dst_port]"
`,
  )
  writeFileSync(
    file('nginx.conf'),
    `daemon off;
user root;
error_log stderr error;
pid ${file('nginx.pid')};
events {}
http {
  access_log off;
  server { listen 8082 proxy_protocol; location / { return 200 "$proxy_protocol_addr:$proxy_protocol_port > $proxy_protocol_server_addr:$proxy_protocol_server_port"; } }
}
`,
  )
  playground.start(machine, 'haproxy', '-db', '-f', file('haproxy.cfg'))
  playground.start(machine, 'nginx', '-e', 'stderr', '-p', directory, '-c', file('nginx.conf'))
}

const endpointTlv = (vpcEndpointId: string): string =>
  Buffer.from(textTlv(tlvType.aws, awsSubtype.vpcEndpointId, vpcEndpointId).value).toString('hex')

kernelTest(
  'PROXY protocol v2: the target learns who the client is, through an endpoint and inside the VPC',
  async (t) => {
    const { playground, link } = await aRunningLink(t)
    const { provider, consumer, endpoint, service } = link
    const arn = service.loadBalancerArn
    await Promise.all([
      started(playground, provider.server, process.execPath, relayModule, 'tell', '9000'),
      startPeers(t, playground, provider.server),
    ])
    await addListener(provider, arn, { port: 443, targetPort: 9000, proxy: true })
    await addListener(provider, arn, { port: 81, targetPort: 8081, proxy: true })
    await addListener(provider, arn, { port: 82, targetPort: 8082, proxy: true })
    const tags = { [headerExtrasTag]: 'account, vpc, zone' }
    await addListener(provider, arn, { port: 444, targetPort: 9000, proxy: true, tags })
    await untilSettled(playground)

    const told = await ask(playground, consumer.client, endpoint.privateIp, 443)
    const node = told.remote.split(':')[0] ?? ''
    assert.match(told.header?.source ?? '', /^10\.0\.1\.10:\d+$/)
    assert.equal(told.header?.destination, `${node}:443`)
    assert.equal(told.header?.bytes, 100)
    assert.equal(told.header?.tlvs.ea, endpointTlv(endpoint.vpcEndpointId))

    // The client inside the VPC has the very same address; its header names no endpoint.
    const inside = await ask(playground, provider.client, node, 443)
    assert.match(inside.header?.source ?? '', /^10\.0\.1\.10:\d+$/)
    assert.equal(inside.header?.bytes, 100)
    assert.deepEqual(Object.keys(inside.header?.tlvs ?? {}), ['4'])

    const { header: more } = await ask(playground, consumer.client, endpoint.privateIp, 444)
    const { accountId } = consumer.tenant
    const ours = Buffer.from(more?.tlvs.e0 ?? '', 'hex').toString('latin1')
    assert.equal(more?.tlvs.ea, endpointTlv(endpoint.vpcEndpointId))
    // Of several TLVs of one type the program shows the last: the zone. All three are there by their length.
    assert.equal(ours, '\u0003us-east-1a')
    assert.equal(
      more?.bytes,
      100 - 39 + (3 + 1 + accountId.length) + (3 + 1 + consumer.network.vpcId.length) + (3 + 1 + 10),
    )

    for (const [peer, port] of [
      ['haproxy', 81],
      ['nginx', 82],
    ] as const) {
      const seen = await curl(playground, consumer.client, `http://${endpoint.privateIp}:${port}/`)
      assert.match(seen, new RegExp(`^10\\.0\\.1\\.10:\\d+ > ${node}:${port}$`), peer)
    }
    assert.equal((await playground.status()).problems.length, 0)
  },
)

kernelTest('TLS ends in the relay: by name, to TCP and TLS targets, with and without a header', async (t) => {
  const { playground, link } = await aRunningLink(t)
  const { provider, consumer, endpoint, service } = link
  const arn = service.loadBalancerArn
  const { CertificateArn } = await new ACMClient(provider.tenant.caller).send(
    new ImportCertificateCommand({
      Certificate: new TextEncoder().encode(selfSigned.cert),
      PrivateKey: new TextEncoder().encode(selfSigned.key),
    }),
  )
  const tls = {
    Protocol: 'TLS' as const,
    Certificates: [{ CertificateArn }],
    SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
  }
  await started(playground, provider.server, process.execPath, relayModule, 'tell', '9000')
  await startPeers(t, playground, provider.server)
  await addListener(provider, arn, { port: 443, targetPort: 8080, tls })
  await addListener(provider, arn, { port: 444, targetPort: 8082, tls, proxy: true })
  await untilSettled(playground)

  const client = ['-k']
  const plain = JSON.parse(
    await curl(playground, consumer.client, ...client, `https://${endpoint.privateIp}:443/`),
  ) as {
    readonly name: string
    readonly remote: string
  }
  assert.equal(plain.name, 'provider')
  const node = plain.remote.split(':')[0] ?? ''
  const inside = await curl(playground, provider.client, ...client, `https://${node}:443/`)
  assert.equal((JSON.parse(inside) as { name: string }).name, 'provider')
  // The header crosses the fabric before the session: the consumer's own address.
  const withHeader = await curl(playground, consumer.client, ...client, `https://${endpoint.privateIp}:444/`)
  assert.match(withHeader, new RegExp(`^10\\.0\\.1\\.10:\\d+ > ${node}:444$`))

  const { stdout } = await playground.run(
    consumer.client,
    'sh',
    '-c',
    `openssl s_client -connect ${endpoint.privateIp}:443 </dev/null 2>/dev/null | openssl x509 -noout -subject; openssl s_client -tls1_1 -connect ${endpoint.privateIp}:443 </dev/null 2>&1 | grep -c "no peer certificate"`,
  )
  assert.match(stdout, /subject=CN = target\.test\n1\n/)
})

kernelTest('connections outlive the agent, and a worker loses only its own; whois tells who they are', async (t) => {
  const { playground, link } = await aRunningLink(t)
  const { provider, consumer, endpoint, service } = link
  await started(playground, provider.server, process.execPath, relayModule, 'tell', '9000')
  await addListener(provider, service.loadBalancerArn, { port: 443, targetPort: 9000, proxy: true })
  await untilSettled(playground)
  const { remote } = await ask(playground, consumer.client, endpoint.privateIp, 443)
  const node = remote.split(':')[0] ?? ''

  const holders = await Promise.all(
    Array.from({ length: 12 }, () =>
      started(playground, consumer.client, process.execPath, relayModule, 'hold', '443', '50', endpoint.privateIp),
    ),
  )
  const workers = (): number[] => {
    const main = relayOf(playground) ?? assert.fail('no relay runs')
    return livePids().filter((pid) => pid !== main && isWorkerOf(main, pid))
  }

  await killNow(playground)
  const whileDead = await ask(playground, consumer.client, endpoint.privateIp, 443)
  assert.equal(whileDead.header?.tlvs.ea, endpointTlv(endpoint.vpcEndpointId))
  await playground.up()
  await untilSettled(playground)

  const { stdout: peers } = await playground.run(
    provider.server,
    'ss',
    '-Htn',
    'state',
    'established',
    '( sport = :9000 )',
  )
  const ports = [...peers.matchAll(new RegExp(`${node}:(\\d+)`, 'g'))].map(([, port]) => port)
  assert.ok(ports.length >= holders.length, peers)
  const [who] = await whois(playground, `${node}:${ports[0]}`)
  assert.equal(who?.endpoint?.vpcEndpointId, endpoint.vpcEndpointId)
  assert.equal(who?.endpoint?.ownerId, consumer.tenant.accountId)
  assert.equal(who?.endpoint?.vpcId, consumer.network.vpcId)
  assert.match(who?.client ?? '', /^10\.0\.1\.10:\d+$/)
  assert.equal(who?.isRelayed, true)

  const before = workers()
  const [victim] = before
  assert.ok(victim !== undefined && before.length >= 1)
  const lost = before.length === 1 ? holders.length : undefined
  process.kill(victim, 'SIGKILL')
  await until('a new worker', async () => (workers().some((pid) => !before.includes(pid)) ? true : undefined))
  await ask(playground, consumer.client, endpoint.privateIp, 443)

  // The main process carries nothing: its workers go on with what they have, and the agent starts another.
  const main = relayOf(playground) ?? assert.fail('no relay runs')
  process.kill(main, 'SIGKILL')
  await until('another relay', async () => ((relayOf(playground) ?? main) !== main ? true : undefined))
  await ask(playground, consumer.client, endpoint.privateIp, 443)
  const { problems } = await untilSettled(playground)
  assert.deepEqual(problems, [])

  const ends = holders.map((holder) => finished(holder))
  for (const holder of holders) holder.kill('SIGTERM')
  const held = (await Promise.all(ends)).map(({ stdout }) => JSON.parse(stdout) as Held)
  const broken = held.filter(({ errors }) => errors.length > 0)
  t.diagnostic(`${held.length} connections, ${broken.length} of them at the worker that was killed`)
  if (lost !== undefined) assert.equal(broken.length, lost)
  else assert.ok(broken.length < held.length, 'a worker took all with it')
  for (const { echoes } of held) assert.ok(echoes > 5)
  for (const { errors, worstMs } of held) if (errors.length === 0) assert.ok(worstMs < 20_000)
})

const relayOf = ({ home }: Playground): number | undefined =>
  findProcesses(home).find(({ name }) => name === 'relay')?.pid

const isWorkerOf = (main: number, pid: number): boolean =>
  isLive(pid) && namespaceOf(pid, 'net') === namespaceOf(main, 'net') && parentOf(pid) === main

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}
