/**
 * Three VPCs of one and the same CIDR, in three accounts, with everything equal in them: what is asked in one is answered
 * by the service it has an endpoint to, and by nobody else. And what a VPC without endpoint can reach: nothing.
 */
import assert from 'node:assert/strict'
import { createOrganization } from '../../src/cli/demo/scenario.ts'
import { instanceNetns } from '../../src/plan/names.ts'
import { agentFabricIp } from '../../src/resource/fabric.ts'
import { aSite, connect, type Endpoint, publish, type Site, targetPort } from '../support/e2e-link.ts'
import { aPlayground, dropped, fabricAddresses, inside, kernelTest, knock, storm } from '../support/e2e-underpass.ts'

const names = ['red', 'green', 'blue'] as const
const total = 10_000

kernelTest('10,000 connections of three equal VPCs, each answered by the service that was asked', async (t) => {
  const playground = await aPlayground(t, 'isolation')
  await playground.up()
  await createOrganization(playground.caller())
  const sites = await Promise.all(names.map((name) => aSite(playground, name)))
  const services = await Promise.all(sites.map((site) => publish(site)))
  // Everybody consumes from both others, one neighbour first: the first endpoint has the same address in every VPC and
  // leads elsewhere in each; so has the second.
  const pairs: { consumer: Site; provider: Site; endpoint: Endpoint }[] = []
  for (const step of [1, 2]) {
    for (const [i, consumer] of sites.entries()) {
      const j = (i + step) % sites.length
      const provider = sites[j] ?? assert.fail()
      pairs.push({ consumer, provider, endpoint: await connect(consumer, provider, services[j] ?? assert.fail()) })
    }
  }
  const addresses = [...new Set(pairs.map(({ endpoint }) => endpoint.privateIp))]
  assert.equal(addresses.length, 2, `two addresses for six endpoints: ${addresses}`)

  // All at once, and with the same source ports: whatever can clash in a translation does.
  const count = Math.ceil(total / pairs.length)
  const storms = await Promise.all(
    pairs.map(({ consumer, endpoint }) =>
      storm(playground, consumer.client, { url: endpoint.url, count, concurrency: 16, fromPort: 20_000 }),
    ),
  )
  for (const [i, { answers, errors, seenByTarget, ports, ms }] of storms.entries()) {
    const { consumer, provider, endpoint } = pairs[i] ?? assert.fail()
    t.diagnostic(
      `${consumer.name} → ${provider.name}: ${consumer.client.privateIp}:${ports.join('-')} → ${endpoint.privateIp}:80, ` +
        `seen from ${seenByTarget}: ${JSON.stringify(answers)} in ${ms} ms`,
    )
    assert.deepEqual(errors, {})
    assert.deepEqual(answers, { [provider.name]: count })
  }
  t.diagnostic(`${count * pairs.length} connections, 0 crossed, 0 failed`)
})

kernelTest('a stranger reaches no endpoint, no fabric address, and of the agent only its DNS', async (t) => {
  const playground = await aPlayground(t, 'stranger')
  await playground.up()
  await createOrganization(playground.caller())
  const [provider, consumer, stranger] = await Promise.all([
    aSite(playground, 'provider'),
    aSite(playground, 'consumer'),
    aSite(playground, 'stranger'),
  ])
  const endpoint = await connect(consumer, provider, await publish(provider))
  // By name: the agent's DNS is the one thing of it that an instance reaches.
  const byName = await playground.ask(consumer.client, `http://${endpoint.description.DnsEntries?.[0]?.DnsName}/`)
  assert.equal(byName.sighting?.name, 'provider', byName.error ?? 'somebody else answered')

  const fabric = fabricAddresses(playground)
  assert(fabric.length >= 5, `VPCs, node and endpoint interface have fabric addresses: ${fabric}`)
  const ports = [22, 53, 80, 443, 1024, targetPort, 65535]
  const targets = [
    `${endpoint.privateIp}:80`,
    ...fabric.flatMap((ip) => ports.map((port) => `${ip}:${port}`)),
    ...ports.map((port) => `${agentFabricIp}:${port}`),
  ]
  // The consumer's client too: only the translated way is open to it.
  for (const [name, machine, to] of [
    ['stranger', stranger.client, targets],
    ['consumer', consumer.client, targets.slice(1)],
    ['provider', provider.client, targets],
  ] as const) {
    const results = await knock(playground, machine, to, { timeoutMs: 1500 })
    const reached = results.filter(({ result }) => result !== 'timed out')
    for (const { to } of name === 'provider' ? reached.splice(0) : []) {
      // Its own load balancer, at either of its addresses.
      const { sighting, error } = await playground.ask(machine, `http://${to}/`)
      assert.equal(sighting?.name, 'provider', `${to}: ${error}`)
    }
    assert.deepEqual(reached, [], `${name} got an answer`)
    t.diagnostic(`${name}: ${results.length} addresses and ports tried, nothing of others answered`)
  }
  const refused = await dropped(playground, stranger.network.vpcId, 'no-route')
  t.diagnostic(`refused and counted in the stranger's VPC: ${refused} packets, reason no-route`)
  assert(refused >= targets.length, `${refused} packets counted`)
})

kernelTest('what an instance sends from an address that is not its own is dropped and counted', async (t) => {
  const playground = await aPlayground(t, 'spoof')
  await playground.up()
  await createOrganization(playground.caller())
  const [provider, consumer] = await Promise.all([aSite(playground, 'provider'), aSite(playground, 'consumer')])
  const endpoint = await connect(consumer, provider, await publish(provider))
  const to = [`${endpoint.privateIp}:80`, `${consumer.server.privateIp}:${targetPort}`]
  const own = await knock(playground, consumer.client, to)
  assert.deepEqual(
    own.map(({ result }) => result),
    ['connected', 'connected'],
  )

  const netns = instanceNetns(playground.home.name, consumer.client.instanceId)
  const fabricIp = fabricAddresses(playground)[0] ?? assert.fail()
  // A free address of the subnet, the neighbour's own, another network's, the fabric's.
  for (const localIp of ['10.0.1.99', consumer.server.privateIp, '192.0.2.1', fabricIp]) {
    inside(netns, 'ip', 'address', 'add', `${localIp}/32`, 'dev', 'eth0')
    const before = await dropped(playground, consumer.network.vpcId, 'spoofed-source')
    const victims = to.filter((each) => !each.startsWith(`${localIp}:`))
    const results = await knock(playground, consumer.client, victims, { localIp })
    const counted: number = (await dropped(playground, consumer.network.vpcId, 'spoofed-source')) - before
    t.diagnostic(
      `from ${localIp}: ${results.map(({ to, result }) => `${to} ${result}`).join(', ')}; counted ${counted}`,
    )
    assert(results.every(({ result }) => result === 'timed out'))
    assert(counted >= victims.length)
    inside(netns, 'ip', 'address', 'del', `${localIp}/32`, 'dev', 'eth0')
  }
})
