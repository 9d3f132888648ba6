/**
 * The agent against the real kernel, with a control that holds a World: packets, health, crashes, drift.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runCommand } from '../../src/kernel/command.ts'
import { vpcNetns } from '../../src/plan/names.ts'
import { type AgentHost, anAgentHost, eventually } from '../support/kernel-agent.ts'
import { asRoot } from '../support/kernel-host.ts'
import { aWorld } from '../support/world.ts'

/** A server that answers with the address it was asked from. */
const echoServer = `require('node:http').createServer((q, r) => r.end(q.socket.remoteAddress + ' ' + process.argv[1])).listen(8080)`

async function aRunningLink(t: TestContext) {
  const parts = aWorld()
  const { world, provider, consumer } = parts
  // The fastest settings AWS allows for network load balancers are 5 s; the plan takes any.
  world.put('target-group', {
    ...provider.group,
    healthCheck: {
      ...provider.group.healthCheck,
      intervalSeconds: 1,
      timeoutSeconds: 1,
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 2,
    },
  })
  const host = await anAgentHost(t, world)
  await host.startAgent()
  const servers = []
  for (const target of provider.targets) {
    servers.push(await host.background(target.instanceId, process.execPath, '-e', echoServer, target.privateIp))
  }
  await eventually(
    'both targets are healthy',
    () => [...host.health.values()].filter((h) => h.state === 'healthy').length === 2,
  )
  return { ...parts, host, servers, ask: () => ask(host, consumer.client.instanceId) }
}

/** What the client gets through the endpoint; undefined when nothing comes. */
async function ask(host: AgentHost, client: string): Promise<string | undefined> {
  const { stdout, exitCode } = await host.inside(
    client,
    'curl',
    '-s',
    '--max-time',
    '2',
    '--noproxy',
    '*',
    'http://10.0.1.50/',
  )
  return exitCode === 0 ? stdout : undefined
}

test('a client reaches the target of its zone, and the target sees the load balancer', asRoot, async (t) => {
  const { host, ask, consumer } = await aRunningLink(t)
  assert.equal(await ask(), '::ffff:10.0.1.5 10.0.1.10')

  const { endpoints, drops, namespaces, failures } = await host.status()
  assert.equal(endpoints.length, 1)
  assert.ok((endpoints[0]?.connections ?? 0) > 0 && (endpoints[0]?.bytes ?? 0) > 0, JSON.stringify(endpoints))
  assert.deepEqual({ drops, namespaces, failures }, { drops: [], namespaces: 6, failures: [] })
  const resolv = readFileSync(join(host.stateDir, 'resolv', `up.${host.name}.${consumer.client.instanceId}`), 'utf8')
  assert.match(resolv, /^nameserver 10\.0\.0\.2$/m)
})

test('names are answered in the VPC', asRoot, async (t) => {
  const { host, consumer, provider } = await aRunningLink(t)
  const { stdout } = await host.inside(
    consumer.client.instanceId,
    'dig',
    '+short',
    '+time=2',
    '+tries=1',
    '@10.0.0.2',
    provider.loadBalancer.dnsName,
  )
  assert.deepEqual(stdout.trim().split('\n').sort(), ['10.0.1.5', '10.0.2.5'])
})

test('a change is in the kernel in milliseconds', asRoot, async (t) => {
  const { host, ask, consumer } = await aRunningLink(t)
  const tookMs: number[] = []
  for (let i = 0; i < 10; i++) {
    for (const state of ['rejected', 'available'] as const) {
      const startedAt = performance.now()
      const outcome = await host.put('vpc-endpoint', { ...consumer.endpoint, state })
      tookMs.push(performance.now() - startedAt)
      assert.deepEqual(outcome.failures, [])
      if (i === 0) assert.equal((await ask()) !== undefined, state === 'available')
    }
  }
  const sorted = tookMs.toSorted((a, b) => a - b)
  t.diagnostic(`from change to outcome: median ${sorted[10]?.toFixed(1)} ms, worst ${sorted[19]?.toFixed(1)} ms`)
})

test(
  'killed, it leaves traffic alone; started again over an unchanged kernel, it writes nothing',
  asRoot,
  async (t) => {
    const { host, ask } = await aRunningLink(t)
    await eventually('health is remembered', () => existsSync(join(host.stateDir, 'health.json')))
    await host.killAgent('SIGKILL')
    await host.stopControl()
    for (let i = 0; i < 20; i++) assert.equal(await ask(), '::ffff:10.0.1.5 10.0.1.10')

    await host.startControl()
    await host.startAgent()
    assert.equal((await host.status()).kernelWrites, 0)
    assert.equal(await ask(), '::ffff:10.0.1.5 10.0.1.10')
  },
)

test('a target that dies gets no more connections, and is known to be dead after a restart', asRoot, async (t) => {
  const { host, ask, provider, servers } = await aRunningLink(t)
  await host.put('load-balancer', {
    ...provider.loadBalancer,
    attributes: { 'load_balancing.cross_zone.enabled': 'true' },
  })
  servers[0]?.kill('SIGKILL')
  await eventually('one target is unhealthy', () => [...host.health.values()].some((h) => h.state === 'unhealthy'))
  await eventually('health is remembered', () => {
    // It is written once the kernel has it. Across zones each of the two nodes has its own word on each of the two targets.
    const { health } = JSON.parse(readFileSync(join(host.stateDir, 'health.json'), 'utf8'))
    return Object.values(health).sort().join() === 'healthy,healthy,unhealthy,unhealthy'
  })
  for (let i = 0; i < 20; i++) assert.equal((await ask())?.split(' ')[1], '10.0.2.10')

  await host.killAgent('SIGKILL')
  await host.startAgent()
  assert.equal((await host.status()).kernelWrites, 0)
  for (let i = 0; i < 20; i++) assert.equal((await ask())?.split(' ')[1], '10.0.2.10')
})

test('without control it goes on, and catches up afterwards', asRoot, async (t) => {
  const { host, ask, world, consumer } = await aRunningLink(t)
  await host.stopControl()
  assert.equal(await ask(), '::ffff:10.0.1.5 10.0.1.10')
  world.put('vpc-endpoint', { ...consumer.endpoint, state: 'rejected' })
  await host.startControl()
  await host.outcome(world.snapshot().revision)
  assert.equal(await ask(), undefined)
})

test('what somebody deletes is rebuilt within seconds, and that is logged', asRoot, async (t) => {
  const { host, ask, consumer } = await aRunningLink(t)
  const vpc = vpcNetns(host.name, consumer.vpc.vpcId)
  for (const [what, argv] of [
    ['the table', ['nsenter', `--net=/run/netns/${vpc}`, 'nft', 'delete', 'table', 'inet', 'underpass']],
    ['the namespace', ['ip', 'netns', 'del', vpc]],
  ] as const) {
    const before = host.log().length
    const startedAt = performance.now()
    await runCommand({ step: 'test', argv, writes: true })
    await eventually(`the loss of ${what} is logged`, () => /not as we left it/.test(host.log().slice(before)))
    await eventually(`${what} works again`, async () => (await ask()) === '::ffff:10.0.1.5 10.0.1.10')
    t.diagnostic(`${what} was back after ${Math.round(performance.now() - startedAt)} ms`)
  }
})

test('stop with removal leaves nothing; SIGTERM leaves everything', asRoot, async (t) => {
  const { host } = await aRunningLink(t)
  const before = await host.namespaces()
  await host.killAgent('SIGTERM')
  assert.deepEqual(await host.namespaces(), before)
  assert.equal(existsSync(join(host.stateDir, 'agent.json')), false)

  await host.startAgent()
  assert.equal(await host.stop(true), true)
  assert.deepEqual(await host.namespaces(), [])
  assert.equal(existsSync(join(host.stateDir, 'resolv')), false)
})

test('what a crashed one left is removed when it is no longer wanted, processes included', asRoot, async (t) => {
  const { host, servers, world } = await aRunningLink(t)
  await host.killAgent('SIGKILL')
  await host.stopControl()
  for (const [kind, resources] of Object.entries(world.snapshot().resources)) {
    for (const id of resources.keys()) world.delete(kind as 'vpc', id)
  }
  await host.startControl()
  await host.startAgent()
  assert.deepEqual(await host.namespaces(), [`up.${host.name}.fabric`])
  await eventually('the instances are switched off', () => servers.every(({ signalCode }) => signalCode === 'SIGKILL'))
})

test('outside of its fabric it refuses to start', asRoot, async (t) => {
  const host = await anAgentHost(t, aWorld().world)
  const main = new URL('../../src/agent/main.ts', import.meta.url).pathname
  const result = await runCommand({
    step: 'test',
    argv: [process.execPath, main, '--name', host.name, '--state-dir', host.stateDir],
    writes: false,
  })
  assert.equal(result.exitCode, 1)
  assert.match(result.stdout, /must be started inside the network namespace/)
})

test("what nft refuses is its resource's failure, with nft's own words; the rest is applied", asRoot, async (t) => {
  const { host, ask, world, consumer } = await aRunningLink(t)
  const bad = {
    securityGroupRuleId: 'sgr-bad',
    groupId: consumer.clientSg.groupId,
    ownerId: '222222222222',
    isEgress: true,
    ipProtocol: 'tcp',
    fromPort: 1,
    toPort: 9,
    tags: [],
  }
  const { failures } = await host.apply(() => {
    world.put('security-group-rule', { ...bad, cidrIpv4: '10.0.0.0/99' })
    // In the same VPC, so in the same batch.
    world.endpoint(
      world.service(world.loadBalancer('x', [{ subnet: consumer.subnet, ip: '10.0.1.70' }]), 'x'),
      [{ subnet: consumer.subnet, ip: '10.0.1.71' }],
      [consumer.endpointSg],
    )
  })
  assert.deepEqual(
    failures.map(({ owner }) => owner),
    [`security-group/${consumer.clientSg.groupId}`],
  )
  assert.match(failures[0]?.message ?? '', /10\.0\.0\.0\/99/)
  assert.deepEqual((await host.status()).failures, failures)
  const { stdout } = await host.inside(
    vpcNetns(host.name, consumer.vpc.vpcId),
    'nft',
    'list',
    'table',
    'inet',
    'underpass',
  )
  assert.match(stdout, /10\.0\.1\.71/, 'the endpoint of the same batch')
  assert.ok(await ask(), 'the group is what it was')

  await host.put('security-group-rule', { ...bad, cidrIpv4: '10.0.0.0/8' })
  await eventually('the failure is made good', async () => (await host.status()).failures.length === 0)
})
