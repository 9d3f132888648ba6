/**
 * Network ACLs as packets meet them: at the border of a subnet and not within it, in the order of their numbers, in both
 * directions, and without memory, so a connection that they let begin ends when they change.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NetworkAclEntry } from '../../src/resource/network-acl.ts'
import { asRoot } from '../support/kernel-host.ts'
import { aLink, isDropped, passes, serve, silenceMs } from '../support/kernel-link.ts'

const everyone = { isEgress: true, ipProtocol: '-1', fromPort: -1, toPort: -1, cidrIpv4: '0.0.0.0/0' }
const tcp = (from: number, to = from): Partial<NetworkAclEntry> => ({ protocol: '6', ports: { from, to } })
const out = { egress: true }
const deny = { ruleAction: 'deny' } as const
const ephemeral = tcp(1024, 65535)
const endpointIp = '10.0.1.50'

test('network ACLs at both ends of a link', asRoot, async (t) => {
  const link = await aLink(t, ({ world, provider, consumer }) => {
    const anyone = world.group(consumer.vpc, 'anyone', [
      { ipProtocol: '-1', fromPort: -1, toPort: -1, cidrIpv4: '0.0.0.0/0' },
      everyone,
    ])
    const eni = world.snapshot().resources['network-interface'].get(consumer.endpoint.networkInterfaceIds[0] ?? '')
    if (eni) world.put('network-interface', { ...eni, groupIds: [anyone.groupId] })
    const away = world.subnet(consumer.vpc, 'away', '10.0.3.0/24', 'a')
    const outside = world.subnet(provider.vpc, 'outside', '10.0.3.0/24', 'a')
    const open = world.group(provider.vpc, 'open', [
      { ipProtocol: '-1', fromPort: -1, toPort: -1, cidrIpv4: '0.0.0.0/0' },
      everyone,
    ])
    // The load balancer's node in zone a has its target in another subnet.
    const target = world.instance(outside, '10.0.3.10', [open])
    world.target(provider.group, target, 7)
    world.delete('target', provider.registrations[0]?.targetKey ?? '')
    world.acl(consumer.vpc, 'default', [{}, out], [])
    return {
      away,
      outside,
      target,
      distant: world.instance(away, '10.0.3.20', [anyone]),
      neighbour: world.instance(consumer.subnet, '10.0.1.20', [anyone]),
    }
  })
  const { world, provider, consumer, host, more } = link
  const [far, near] = [consumer.vpc.vpcId, provider.vpc.vpcId]
  await serve(link, more.target)
  const [client, distant, neighbour] = await Promise.all(
    [consumer.client, more.distant, more.neighbour].map((each) => link.resident(each)),
  )
  assert.ok(client && distant && neighbour)
  await neighbour.serve(9000, 'neighbour')
  await neighbour.serveUdp(9000, 'neighbour')
  const home = (...entries: readonly Partial<NetworkAclEntry>[]) =>
    host.apply(() => world.acl(consumer.vpc, 'home', entries, [consumer.subnet]))
  const afar = (...entries: readonly Partial<NetworkAclEntry>[]) =>
    host.apply(() => world.acl(consumer.vpc, 'afar', entries, [more.away]))
  const fromAfar = () => distant.ask(endpointIp, 80, silenceMs)
  await passes('the endpoint answers', fromAfar)

  await t.test('nothing hangs in a VPC whose lists let everything through', async () => {
    const { stdout } = await host.inside(far, 'nft', 'list', 'table', 'inet', 'underpass')
    assert.doesNotMatch(stdout, /chain acl-/)
  })
  await t.test('what enters the subnet of an endpoint, but nothing within it', async () => {
    assert.deepEqual((await home(out)).failures, [])
    await isDropped(link, far, 'network-acl-ingress', fromAfar)
    assert.ok((await client.ask(endpointIp, 80)).answer, 'a client beside the endpoint')
    assert.ok((await client.ask('10.0.1.20', 9000)).answer, 'and one instance beside another')
    await home(tcp(80), { ...out, ...ephemeral })
    assert.ok((await fromAfar()).answer)
    await isDropped(link, far, 'network-acl-ingress', () => distant.ask('10.0.1.20', 9000, silenceMs))
  })
  await t.test(
    'it has no memory: without the way back a connection stalls, and goes on when there is one',
    async () => {
      await distant.open('held', endpointIp, 80)
      await home(tcp(80), { ...out, ...tcp(80) })
      const before = await host.drops(far, 'network-acl-egress')
      assert.equal((await distant.say('held', 'first', silenceMs)).error, 'timed out')
      assert.ok((await host.drops(far, 'network-acl-egress')) > before)
      await isDropped(link, far, 'network-acl-egress', fromAfar)
      await home(tcp(80), { ...out, ...ephemeral })
      // What was not delivered is sent again by TCP: the answer to the first line comes, then that to the second.
      await passes('the connection goes on', async () => {
        const { answer } = await distant.say('held', 'second', 5_000)
        return answer === 'second' ? { answer } : { error: `${answer}` }
      })
    },
  )
  await t.test('the smallest number decides', async () => {
    await home({ ...tcp(80), ...deny }, {}, out)
    await isDropped(link, far, 'network-acl-ingress', fromAfar)
    await home({ ...tcp(80), ruleNumber: 300, ...deny }, { ruleNumber: 200 }, out)
    assert.ok((await fromAfar()).answer)
  })
  await t.test('the sender is asked too, by protocol and by block', async () => {
    await home({}, out)
    await afar({}, { ...out, protocol: '17' })
    await isDropped(link, far, 'network-acl-egress', fromAfar)
    assert.ok((await distant.askUdp('10.0.1.20', 9000)).answer, 'UDP passes')
    await isDropped(link, far, 'network-acl-egress', () => distant.ask('10.0.1.20', 9000, silenceMs))
    await afar({}, { ...out, cidrBlock: '10.0.1.48/28' })
    assert.ok((await fromAfar()).answer)
    await isDropped(link, far, 'network-acl-egress', () => distant.ask('10.0.1.20', 9000, silenceMs))
    // The reply of a UDP flow is a packet like any other.
    await afar({ protocol: '6' }, out)
    await isDropped(link, far, 'network-acl-ingress', () => distant.askUdp('10.0.1.20', 9000, silenceMs))
    await afar({}, out)
  })
  await t.test('names are answered whatever the lists say', async () => {
    await afar({ ...deny }, { ...out, ...deny })
    const { answer } = await distant.query({
      server: '10.0.0.2',
      name: provider.loadBalancer.dnsName,
      transport: 'udp',
    })
    assert.ok((answer?.addresses.length ?? 0) > 0)
    await afar({}, out)
  })
  await t.test('between a node and its target, with the health checks', async () => {
    const targets = (...entries: readonly Partial<NetworkAclEntry>[]) =>
      host.apply(() => world.acl(provider.vpc, 'targets', entries, [more.outside]))
    const nodes = (...entries: readonly Partial<NetworkAclEntry>[]) =>
      host.apply(() => world.acl(provider.vpc, 'nodes', entries, [provider.subnets[0]]))
    await targets({ ...tcp(8080), cidrBlock: '10.0.1.5/32' }, { ...out, ...ephemeral })
    assert.ok((await fromAfar()).answer, 'the target sees the address of the node')
    await link.untilTargets('healthy', 1)
    await targets({ ...tcp(8080), cidrBlock: '10.0.1.6/32' }, { ...out, ...ephemeral })
    await isDropped(link, near, 'network-acl-ingress', fromAfar)
    await targets({}, { ...out, ...tcp(1, 1023) })
    await isDropped(link, near, 'network-acl-egress', fromAfar)
    await targets({}, out)
    assert.ok((await fromAfar()).answer)
    await nodes({}, { ...out, ...tcp(8081) })
    await isDropped(link, near, 'network-acl-egress', fromAfar)
    await nodes({ ...tcp(1, 1023) }, out)
    await isDropped(link, near, 'network-acl-ingress', fromAfar)
    // What comes through PrivateLink does not enter the node's subnet: only the target's answer does.
    await nodes({ ...ephemeral, cidrBlock: '10.0.3.10/32' }, { ...out, ...tcp(8080) })
    await passes('the way there and back is open', fromAfar)
  })
  assert.deepEqual((await host.status()).failures, [])
})
