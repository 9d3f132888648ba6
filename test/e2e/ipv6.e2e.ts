/**
 * IPv6 as packets meet it: between neighbours of a VPC, and through an endpoint to a load balancer of both families, beside
 * IPv4 and under the same rules.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { explain } from '../../src/plan/explain.ts'
import type { Instance } from '../../src/resource/instance.ts'
import type { NetworkAclEntry } from '../../src/resource/network-acl.ts'
import type { Told } from '../support/e2e-relay.ts'
import { asRoot } from '../support/kernel-host.ts'
import { aLink, isDropped, passes, serve, silenceMs } from '../support/kernel-link.ts'
import type { World } from '../support/world.ts'

const everyone = { isEgress: true, ipProtocol: '-1', fromPort: -1, toPort: -1 }
const anywhere = [
  { ...everyone, cidrIpv4: '0.0.0.0/0' },
  { ...everyone, cidrIpv6: '::/0' },
]
const consumerBlock = 0x11

const tellModule = fileURLToPath(new URL('../support/e2e-relay.ts', import.meta.url))
/** Prints the first line that a server says. */
const askOnce = `
  const [host, port] = process.argv.slice(1)
  const socket = require('node:net').connect(Number(port), host, () => socket.write('x\\n'))
  socket.setTimeout(5000, () => socket.destroy(new Error('timed out')))
  socket.once('data', (line) => { console.log(String(line).split('\\n')[0]); socket.destroy() })`

/** What the model makes of an attempt: where it ends, or why it does not get there. */
function predicted(world: World, from: Instance, protocol: 'tcp' | 'udp', toIp: string, toPort: number): string {
  const attempt = { fromInstanceId: from.instanceId, protocol, fromPort: 40_000, toIp, toPort }
  const fates = explain(world.snapshot(), new Map(), attempt)
  return [...new Set(fates.map((fate) => (fate.outcome === 'connects' ? fate.instanceId : fate.reason)))].sort().join()
}

test('instances of a VPC with an IPv6 block', asRoot, async (t) => {
  const link = await aLink(t, ({ world, consumer }) => {
    const web = world.group(consumer.vpc, 'web', [
      { fromPort: 7000, toPort: 7000, cidrIpv6: `fdec:2000:0:${consumerBlock.toString(16)}00::/56` },
      { fromPort: 7001, toPort: 7001, referencedGroupId: consumer.clientSg.groupId },
      { fromPort: 7002, toPort: 7002, cidrIpv4: '0.0.0.0/0' },
      { ipProtocol: 'udp', fromPort: 7000, toPort: 7000, cidrIpv6: '::/0' },
      ...anywhere,
    ])
    const neighbour = world.instance(consumer.subnet, '10.0.1.20', [web])
    const away = world.subnet(consumer.vpc, 'away', '10.0.3.0/24', 'a')
    const distant = world.instance(away, '10.0.3.30', [web])
    world.group(consumer.vpc, 'clients', anywhere)
    const vpc = world.giveIpv6(consumer.vpc, consumerBlock)
    const addressOf = (ip: string): string =>
      [...world.snapshot().resources['network-interface'].values()].find(
        (eni) => eni.vpcId === vpc.vpcId && eni.privateIp === ip,
      )?.ipv6Addresses?.[0] ?? ''
    return { neighbour, distant, away, addressOf }
  })
  const { world, consumer, provider, host, more } = link
  const vpcId = consumer.vpc.vpcId
  const client = await link.resident(consumer.client)
  const clientIp = more.addressOf('10.0.1.10')
  const [neighbourIp, distantIp] = [more.addressOf('10.0.1.20'), more.addressOf('10.0.3.30')]
  for (const instance of [more.neighbour, more.distant]) {
    const resident = await link.resident(instance)
    for (const port of [7000, 7001, 7002]) await resident.serve(port, `${instance.privateIp}`, '::')
    await resident.serveUdp(7000, `${instance.privateIp}`, '::')
  }

  await t.test('a neighbour sees the address itself, over TCP and UDP', async () => {
    const { target } = await passes('TCP', () => client.ask(neighbourIp, 7000))
    assert.ok(target.remote.startsWith(`${clientIp}:`), target.remote)
    const udp = await passes('UDP', () => client.askUdp(neighbourIp, 7000))
    assert.ok(udp.target.remote.startsWith(`${clientIp}:`), udp.target.remote)
    assert.ok((await client.ask(distantIp, 7000)).answer, 'in another subnet too')
    assert.ok((await client.ask('10.0.1.20', 7002)).answer, 'and IPv4 beside it')
  })
  await t.test('a rule for one family is none for the other; a group is both', async () => {
    await isDropped(link, vpcId, 'security-group-ingress', () => client.ask(neighbourIp, 7002, silenceMs))
    const fates = [7000, 7001, 7002].map((port) => predicted(world, consumer.client, 'tcp', neighbourIp, port))
    const { instanceId } = more.neighbour
    assert.deepEqual(fates, [instanceId, instanceId, 'security-group-ingress'])
    await isDropped(link, vpcId, 'security-group-ingress', () => client.ask('10.0.1.20', 7000, silenceMs))
    assert.ok((await client.ask(neighbourIp, 7001)).answer)
    assert.ok((await client.ask('10.0.1.20', 7001)).answer)
  })
  await t.test('nobody sends under an address that is not its own, and no other address answers', async () => {
    const spoofed = `${clientIp.slice(0, clientIp.lastIndexOf(':'))}:99`
    await host.inside(consumer.client.instanceId, 'ip', 'address', 'add', `${spoofed}/128`, 'dev', 'eth0')
    await host.inside(
      consumer.client.instanceId,
      'ip',
      '-6',
      'route',
      'add',
      `${distantIp}/128`,
      'via',
      'fe80::1',
      'dev',
      'eth0',
      'src',
      spoofed,
    )
    await isDropped(link, vpcId, 'spoofed-source', () => client.ask(distantIp, 7000, silenceMs))
    await host.inside(consumer.client.instanceId, 'ip', 'address', 'del', `${spoofed}/128`, 'dev', 'eth0')
    assert.equal(predicted(world, consumer.client, 'tcp', neighbourIp.replace(/[^:]*$/, 'dead'), 7000), 'no-route')
    await isDropped(link, vpcId, 'no-route', () => client.ask(neighbourIp.replace(/[^:]*$/, 'dead'), 7000, silenceMs))
  })
  await t.test('network ACLs: entries of one family leave the other alone', async () => {
    const list = (...entries: readonly Partial<NetworkAclEntry>[]) =>
      host.apply(() =>
        world.acl(consumer.vpc, 'away', entries, [
          world.snapshot().resources.subnet.get(more.away.subnetId) ?? more.away,
        ]),
      )
    const v6 = (entry: Partial<NetworkAclEntry>): Partial<NetworkAclEntry> => {
      const { cidrBlock: _, ...rest } = { cidrBlock: undefined, ipv6CidrBlock: '::/0', ...entry }
      return { ...rest, cidrBlock: undefined } as Partial<NetworkAclEntry>
    }
    const out = { egress: true }
    assert.deepEqual(
      (await list({}, out, v6({ protocol: '6', ports: { from: 7001, to: 7001 } }), v6(out))).failures,
      [],
    )
    await isDropped(link, vpcId, 'network-acl-ingress', () => client.ask(distantIp, 7000, silenceMs))
    assert.ok((await client.ask(distantIp, 7001)).answer, 'the port that is open')
    assert.ok((await client.ask('10.0.3.30', 7002)).answer, 'IPv4')
    assert.ok((await client.ask(neighbourIp, 7000)).answer, 'and within the other subnet')
    await list({}, out, v6({}), v6({ egress: true, protocol: '6', ports: { from: 1, to: 1023 } }))
    await isDropped(link, vpcId, 'network-acl-egress', () => client.ask(distantIp, 7000, silenceMs))
    assert.equal(predicted(world, consumer.client, 'tcp', distantIp, 7000), 'network-acl-egress')
    assert.equal(predicted(world, consumer.client, 'tcp', '10.0.3.30', 7002), more.distant.instanceId)
    await list({}, out, v6({}), v6(out))
    assert.ok((await client.ask(distantIp, 7000)).answer)
  })
  await t.test('a VPC without a block has nothing of it, and an agent that starts again writes nothing', async () => {
    const { stdout } = await host.inside(provider.vpc.vpcId, 'nft', 'list', 'table', 'inet', 'underpass')
    assert.doesNotMatch(stdout, /ip6/)
    await host.killAgent('SIGKILL')
    await host.startAgent()
    assert.equal((await host.status()).kernelWrites, 0)
  })
  await t.test('a VPC that gets a block later keeps its connections', async () => {
    const [target] = provider.targets
    await serve(link, target)
    await client.open('held', '10.0.1.50', 80)
    const { failures } = await host.apply(() => world.giveIpv6(provider.vpc, 0x22))
    assert.deepEqual(failures, [])
    assert.equal((await client.say('held', 'still there')).answer, 'still there')
    assert.ok((await client.ask('10.0.1.50', 80)).answer)
    const { stdout } = await host.inside(target.instanceId, 'ip', '-6', 'route')
    assert.match(stdout, /default via fe80::1/)
  })
  assert.deepEqual((await host.status()).failures, [])
})

test('an endpoint and a load balancer of both families', asRoot, async (t) => {
  const link = await aLink(t, ({ world, provider, consumer }) => {
    const check = { ...provider.group.healthCheck, intervalSeconds: 1, timeoutSeconds: 1 }
    const six = { ipAddressType: 'ipv6', healthCheck: check } as const
    const tcp = world.targetGroup(provider.vpc, 'six', 8080, six)
    const udp = world.targetGroup(provider.vpc, 'six-udp', 8080, { ...six, protocol: 'UDP' })
    world.listener(provider.loadBalancer, tcp, 81)
    world.listener(provider.loadBalancer, udp, 82, { protocol: 'UDP' })
    const four = world.targetGroup(provider.vpc, 'four-udp', 8080, { protocol: 'UDP', healthCheck: check })
    world.listener(provider.loadBalancer, four, 83, { protocol: 'UDP' })
    const header = world.targetGroup(provider.vpc, 'header', 9443, {
      healthCheck: check,
      attributes: { 'proxy_protocol_v2.enabled': 'true' },
    })
    world.listener(provider.loadBalancer, header, 84)
    world.target(header, provider.targets[0], 40)
    const visitor = world.instance(provider.subnets[0], '10.0.1.77', [provider.targetGroupSg])
    world.put('load-balancer', { ...provider.loadBalancer, ipAddressType: 'dualstack' })
    world.group(provider.vpc, 'targets', [
      { fromPort: 8080, toPort: 9443, cidrIpv4: '10.0.0.0/16' },
      { ipProtocol: '-1', fromPort: -1, toPort: -1, cidrIpv6: 'fdec:2000:0:2200::/56' },
      ...anywhere,
    ])
    world.group(consumer.vpc, 'clients', anywhere)
    const clients = { ipProtocol: '-1', fromPort: -1, toPort: -1, referencedGroupId: consumer.clientSg.groupId }
    world.group(consumer.vpc, 'endpoint', [clients, clients])
    world.put('vpc-endpoint', { ...consumer.endpoint, ipAddressType: 'dualstack' })
    world.giveIpv6(provider.vpc, 0x22)
    world.giveIpv6(consumer.vpc, consumerBlock)
    const addressOf = (vpcId: string, ip: string): string =>
      [...world.snapshot().resources['network-interface'].values()].find(
        (eni) => eni.vpcId === vpcId && eni.privateIp === ip,
      )?.ipv6Addresses?.[0] ?? ''
    provider.targets.forEach((instance, i) => {
      const ip = addressOf(provider.vpc.vpcId, instance.privateIp)
      world.target(tcp, instance, 20 + i, { ip })
      world.target(udp, instance, 30 + i, { ip })
    })
    return { addressOf, visitor }
  })
  const { world, provider, consumer, host, more } = link
  const [far, near] = [consumer.vpc.vpcId, provider.vpc.vpcId]
  for (const instance of provider.targets) {
    const resident = await link.resident(instance)
    await resident.serve(8080, instance.privateIp, '::')
    await resident.serveUdp(8080, instance.privateIp, '::')
  }
  const client = await link.resident(consumer.client)
  const endpointIp = more.addressOf(far, '10.0.1.50')
  await host.background(provider.targets[0].instanceId, process.execPath, tellModule, 'tell', '9443')
  await link.untilTargets('healthy', 7)

  await t.test('TCP and UDP over IPv6, and IPv4 beside them; the target sees the node', async () => {
    const { name, target } = await passes('TCP', () => client.ask(endpointIp, 81))
    assert.equal(name, '10.0.1.10', 'the target of the zone')
    assert.ok(target.remote.startsWith(`${more.addressOf(near, '10.0.1.5')}:`), target.remote)
    const udp = await passes('UDP', () => client.askUdp(endpointIp, 82))
    assert.ok(udp.target.remote.startsWith(`${more.addressOf(near, '10.0.1.5')}:`), udp.target.remote)
    assert.ok((await client.ask('10.0.1.50', 80)).answer)
  })
  await t.test('IPv6 clients reach IPv4 targets over TCP, as the node, and wherever they are', async () => {
    const { target } = await passes('from another VPC', () => client.ask(endpointIp, 80))
    assert.ok(target.remote.startsWith('10.0.1.5:'), target.remote)
    const inside = await link.resident(more.visitor)
    const nodeIp = more.addressOf(near, '10.0.1.5')
    const own = await passes('from its own', () => inside.ask(nodeIp, 80))
    assert.ok(own.target.remote.startsWith('10.0.1.5:'), own.target.remote)
    assert.ok((await inside.ask(nodeIp, 81)).answer, 'and IPv6 targets')
    await client.open('across', endpointIp, 80)
    const text = 'x'.repeat(200_000)
    assert.equal((await client.say('across', text)).answer, text)
  })
  await t.test('a PROXY header names the IPv6 consumer and the node as it knows it', async () => {
    const said = await host.inside(consumer.client.instanceId, process.execPath, '-e', askOnce, endpointIp, '84')
    const { header, remote } = JSON.parse(said.stdout) as Told
    assert.ok(header?.source.startsWith(`${more.addressOf(far, '10.0.1.10')}:`), said.stdout)
    assert.equal(header?.destination, `${more.addressOf(near, '10.0.1.5')}:84`)
    assert.ok(remote.startsWith('10.0.1.5:'), remote)
  })
  await t.test('the model says so too', () => {
    const [zone] = provider.targets
    const attempts = (['tcp', 'udp'] as const).flatMap((protocol) =>
      [80, 81, 82, 83, 85].map((port) => predicted(world, consumer.client, protocol, endpointIp, port)),
    )
    const arrives = zone.instanceId
    const nobody = 'endpoint-unavailable'
    assert.deepEqual(attempts, [
      ...[arrives, arrives, nobody, nobody, nobody],
      ...[nobody, nobody, arrives, 'no-target', nobody],
    ])
    assert.equal(predicted(world, consumer.client, 'tcp', '10.0.1.50', 81), 'no-target')
    const nodeIp = more.addressOf(near, '10.0.1.5')
    assert.deepEqual(
      [80, 81].map((port) => predicted(world, more.visitor, 'tcp', nodeIp, port)),
      [arrives, arrives],
    )
  })
  await t.test('the groups of the endpoint are asked on this way too', async () => {
    await host.apply(() =>
      world.group(consumer.vpc, 'endpoint', [{ fromPort: 80, toPort: 80, cidrIpv4: '0.0.0.0/0' }, {}]),
    )
    await isDropped(link, far, 'security-group-ingress', () => client.ask(endpointIp, 80, silenceMs))
    const clients = { ipProtocol: '-1', fromPort: -1, toPort: -1, referencedGroupId: consumer.clientSg.groupId }
    await host.apply(() => world.group(consumer.vpc, 'endpoint', [clients, clients]))
    await passes('they let it in again', () => client.ask(endpointIp, 80))
  })
  await t.test('the other ways from family to family are refused for want of a target', async () => {
    await isDropped(link, near, 'no-target', () => client.askUdp(endpointIp, 83, silenceMs))
    await isDropped(link, near, 'no-target', () => client.ask('10.0.1.50', 81, silenceMs))
    await isDropped(link, near, 'no-target', () => client.askUdp('10.0.1.50', 82, silenceMs))
  })
  await t.test('a large transfer is not cut up: its segments fit the fabric', async () => {
    await client.open('big', endpointIp, 81)
    const text = 'x'.repeat(200_000)
    assert.equal((await client.say('big', text)).answer, text)
    const { stdout } = await host.inside(
      near,
      'sh',
      '-c',
      'cat /proc/net/snmp6 | grep -E "Ip6(OutNoRoutes|FragOKs|InTooBigErrors)"',
    )
    assert.doesNotMatch(stdout, /[1-9]\d*$/m)
  })
  await t.test('names have both', async () => {
    const ask = (type: 'A' | 'AAAA', name: string) => client.query({ server: '10.0.0.2', name, type, transport: 'udp' })
    const { answer } = await ask('AAAA', provider.loadBalancer.dnsName)
    assert.deepEqual(answer?.addresses, [more.addressOf(near, '10.0.1.5'), more.addressOf(near, '10.0.2.5')])
    assert.equal((await ask('A', provider.loadBalancer.dnsName)).answer?.addresses.length, 2)
  })
  await t.test('an endpoint that loses its state loses its connections of both families', async () => {
    await client.open('six', endpointIp, 81)
    await client.open('four', '10.0.1.50', 80)
    await host.put('vpc-endpoint', { ...consumer.endpoint, ipAddressType: 'dualstack', state: 'rejected' })
    assert.notEqual((await client.say('six', 'still there?', silenceMs)).error, undefined)
    assert.notEqual((await client.say('four', 'still there?', silenceMs)).error, undefined)
    await isDropped(link, far, 'endpoint-unavailable', () => client.ask(endpointIp, 81, silenceMs))
    await host.put('vpc-endpoint', { ...consumer.endpoint, ipAddressType: 'dualstack' })
    await passes('it is back', () => client.ask(endpointIp, 81))
  })
  await t.test('control and agent are gone, and traffic is not', async () => {
    await host.killAgent('SIGKILL')
    assert.ok((await client.ask(endpointIp, 81)).answer)
    assert.ok((await client.askUdp(endpointIp, 82)).answer)
    await host.startAgent()
    assert.equal((await host.status()).kernelWrites, 0)
  })
  assert.deepEqual((await host.status()).failures, [])
})
