/**
 * What the fake kernel says of a packet, the real one does: the same program in both, the same packets.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { inNetns } from '../../src/kernel/command.ts'
import { FakeKernel } from '../../src/kernel/fake.ts'
import { parseNftCounters } from '../../src/kernel/parse-nft.ts'
import { trace } from '../../src/kernel/trace.ts'
import { compileProgram } from '../../src/plan/compile.ts'
import { instanceNetns, vpcNetns } from '../../src/plan/names.ts'
import { aKernelHost, asRoot, type KernelHost } from '../support/kernel-host.ts'
import { aWorld } from '../support/world.ts'

const server = `require('node:net').createServer((s) => s.end(s.remoteAddress.replace('::ffff:', '') + ' > ' + process.argv[1] + ':8080')).listen(8080, () => console.log('listens'))`
/** Prints what the server said, or nothing when no connection came about in time. */
const client = `const [, ip, port] = process.argv; const s = require('node:net').connect(port, ip); s.setTimeout(700, () => process.exit()); s.on('data', (d) => process.stdout.write(d)); s.on('error', () => process.exit())`

/** Reason → packets refused so far, in one VPC. */
async function drops(host: KernelHost, vpcId: string): Promise<Map<string, number>> {
  const json = await host.inside(
    vpcNetns(host.name, vpcId),
    'nft',
    '-j',
    'list',
    'counters',
    'table',
    'inet',
    'underpass',
  )
  return new Map([...parseNftCounters(json)].map(([name, { packets }]) => [name.replace('drop-', ''), packets]))
}

test('the fake kernel and the real one agree', asRoot, async (t) => {
  const host = await aKernelHost(t)
  const { world, consumer, provider } = aWorld()
  const { vpc, subnet } = consumer
  const open = world.group(vpc, 'open', [{ fromPort: 8080, toPort: 8080, cidrIpv4: '10.0.1.0/24' }])
  const closed = world.group(vpc, 'closed', [{ fromPort: 9, toPort: 9, cidrIpv4: '0.0.0.0/0' }])
  const reachable = world.instance(subnet, '10.0.1.20', [open])
  const unreachable = world.instance(subnet, '10.0.1.21', [closed])
  const program = compileProgram(world.snapshot(), new Map(), host)
  assert.deepEqual([...(await host.apply(program)).failures], [])
  const fake = FakeKernel.of([...program.fragments.values()].flat())

  for (const instance of [provider.targets[0], reachable, unreachable]) {
    const argv = inNetns(instanceNetns(host.name, instance.instanceId), [
      process.execPath,
      '-e',
      server,
      instance.privateIp,
    ])
    const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(() => child.kill('SIGKILL'))
    await once(child.stdout, 'data')
  }

  const reasons = new Set<string>()
  for (const { from, to, port } of [
    { from: consumer.client, to: '10.0.1.50', port: 80 },
    { from: consumer.client, to: '10.0.1.50', port: 81 },
    { from: consumer.client, to: '10.0.1.20', port: 8080 },
    { from: consumer.client, to: '10.0.1.20', port: 8081 },
    { from: consumer.client, to: '10.0.1.21', port: 8080 },
    { from: consumer.client, to: '10.0.7.7', port: 8080 },
    // Not in the group that the endpoint admits, and with no egress rule at all.
    { from: reachable, to: '10.0.1.50', port: 80 },
    { from: unreachable, to: '10.0.1.20', port: 8080 },
  ]) {
    const packet = `tcp ${from.privateIp}:40000 > ${to}:${port} in ${vpc.vpcId}`
    const said = trace(fake, packet)
    const before = await drops(host, vpc.vpcId)
    const answer = await host.inside(from.instanceId, process.execPath, '-e', client, to, `${port}`)
    if (said.outcome === 'arrives') {
      assert.equal(answer, `${said.source.split(':')[0]} > ${said.destination}`, packet)
      continue
    }
    reasons.add(said.reason)
    assert.equal(answer, '', `${packet}: ${said.reason}`)
    const after = await drops(host, vpc.vpcId)
    const counted = [...after]
      .filter(([reason, packets]) => packets > (before.get(reason) ?? 0))
      .map(([reason]) => reason)
    assert.deepEqual(counted, [said.reason], packet)
  }
  t.diagnostic(`refused for: ${[...reasons].join(', ')}`)
  assert.ok(reasons.size >= 4)
})
