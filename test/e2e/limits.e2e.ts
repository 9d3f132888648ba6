/**
 * What a path can carry: segments that fit where no router says that they do not, and as many connections as there are ports.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectionsPerPort } from '../../src/agent/capacity.ts'
import { set, vpcNetns } from '../../src/plan/names.ts'
import { eventually } from '../support/kernel-agent.ts'
import { asRoot } from '../support/kernel-host.ts'
import { aLink, passes, serve, silenceMs } from '../support/kernel-link.ts'

const endpointIp = '10.0.1.50'

test('segments are as large as the path, whichever side sends', asRoot, async (t) => {
  const link = await aLink(t)
  const { provider, consumer, host } = link
  await serve(link, provider.targets[0])
  const client = await link.resident(consumer.client)
  await passes('the endpoint', () => client.ask(endpointIp, 80, silenceMs))
  await client.open('bulk', endpointIp, 80)
  const line = 'x'.repeat(400_000)
  assert.equal((await client.say('bulk', line)).answer, line)
  for (const { instanceId } of [consumer.client, provider.targets[0]]) {
    const { stdout } = await host.inside(instanceId, 'ss', '-Htin', 'state', 'established')
    // 8,500 without the headers of IP and TCP, and 12 octets of TCP's time stamps.
    assert.match(stdout, /\bmss:8448\b/, `${instanceId}: ${stdout}`)
  }
})

/** One datagram from each of many ports. */
const manyFlows = `
const { createSocket } = require('node:dgram')
const [, host, port, from, to] = process.argv
const send = (local) => new Promise((resolve) => {
  const socket = createSocket('udp4')
  socket.on('error', () => resolve())
  socket.bind(local, () => socket.send('x', Number(port), host, () => { socket.close(); resolve() }))
})
;(async () => { for (let local = Number(from); local <= Number(to); local += 50) await Promise.all(Array.from({ length: Math.min(50, Number(to) - local + 1) }, (_, i) => send(local + i))) })()
`

test(
  'an endpoint with all its ports in use refuses new connections, visibly, and keeps the ones it has',
  asRoot,
  async (t) => {
    const link = await aLink(t, ({ world, provider, consumer }) => {
      const group = world.targetGroup(provider.vpc, 'datagrams', 8080, { protocol: 'UDP' })
      world.target(group, provider.targets[0], 5)
      world.listener(provider.loadBalancer, group, 53, { protocol: 'UDP' })
      world.group(provider.vpc, 'targets', [{ ipProtocol: '-1', fromPort: -1, toPort: -1, cidrIpv4: '10.0.0.0/16' }])
      world.group(consumer.vpc, 'endpoint', [{ ipProtocol: '-1', fromPort: -1, toPort: -1, cidrIpv4: '0.0.0.0/0' }])
    })
    const { provider, consumer, host } = link
    await serve(link, provider.targets[0])
    const client = await link.resident(consumer.client)
    await passes('the endpoint, over TCP', () => client.ask(endpointIp, 80, silenceMs))
    await passes('the endpoint, over UDP', () => client.askUdp(endpointIp, 53, silenceMs))
    await client.open('held', endpointIp, 80)

    const startedAt = performance.now()
    const [from, to] = [2_000, 2_000 + connectionsPerPort + 1_000]
    const ports = [`${from}`, `${to}`]
    await host.inside(consumer.client.instanceId, process.execPath, '-e', manyFlows, endpointIp, '53', ...ports)
    t.diagnostic(`${to - from} flows began in ${Math.round(performance.now() - startedAt)} ms`)
    await eventually('a warning', () =>
      /has \d+ connections through 10\.0\.1\.50 to one port, of at most 55000/.test(host.log()),
    )
    const refusing = `goto refuse-full`
    await eventually('new connections to be refused', async () => {
      const { stdout } = await host.inside(
        vpcNetns(host.name, consumer.vpc.vpcId),
        'nft',
        'list',
        'map',
        'inet',
        'underpass',
        set.ingress,
      )
      return stdout.includes(refusing)
    })
    t.diagnostic(`full ${Math.round(performance.now() - startedAt)} ms after the first of them`)
    const { endpoints, connectionTables, warnings } = await host.status()
    // The node in the provider's VPC has as many towards its only target.
    assert.equal(warnings.filter((each) => / through 10\.0\.1\.50 to one port/.test(each)).length, 1, `${warnings}`)
    assert.equal(warnings.filter((each) => /^load balancer web has /.test(each)).length, 1, `${warnings}`)
    assert.ok((endpoints[0]?.portsInUse ?? 0) >= connectionsPerPort, JSON.stringify(endpoints))
    assert.ok(
      connectionTables.some(({ vpcId, entries }) => vpcId === consumer.vpc.vpcId && entries >= connectionsPerPort),
    )

    const before = await host.drops(consumer.vpc.vpcId, 'endpoint-connection-limit')
    assert.equal((await client.ask(endpointIp, 80)).error, 'ECONNREFUSED', 'at once, not after a time')
    assert.ok((await host.drops(consumer.vpc.vpcId, 'endpoint-connection-limit')) > before)
    assert.equal((await client.say('held', 'still')).answer, 'still')

    await host.inside(vpcNetns(host.name, consumer.vpc.vpcId), 'conntrack', '-D', '-p', 'udp')
    await passes('the endpoint, when there is room again', () => client.ask(endpointIp, 80, silenceMs))
  },
)
