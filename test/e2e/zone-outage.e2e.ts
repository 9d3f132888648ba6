/**
 * A zone goes: all its targets die, or its node is withdrawn. For how long do connections fail, whose clients ask for the
 * name each time? By the settings, until a check that began after the death has failed often enough.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { regionalDnsName } from '../../src/resource/vpc-endpoint.ts'
import { eventually } from '../support/kernel-agent.ts'
import { asRoot } from '../support/kernel-host.ts'
import { aLink, type Link } from '../support/kernel-link.ts'
import type { Probed } from '../support/session-inside.ts'
import type { Resident } from '../support/session-resident.ts'

const perSecond = 25
const attemptMs = 1_000
/** Of aLink's checks: every second, for a second, twice. */
const boundMs = 2 * 1_000 + 1_000
const resolverIp = '10.0.0.2'

interface Outage {
  readonly client: Resident
  readonly name: string
  /** What goes, and comes back. */
  readonly goes: () => Promise<unknown>
  readonly returns: () => Promise<unknown>
  /** Zone a is out of use for whoever asks. */
  readonly isWithdrawn: (attempts: readonly Probed[]) => boolean
}

/** @returns the figures, in words */
async function measure({ client, name, goes, returns, isWithdrawn }: Outage): Promise<string> {
  await client.startProbe(name, 80, perSecond, attemptMs, resolverIp)
  const attemptsAfter = (at: number, count: number) =>
    eventually(`${count} more attempts`, async () => {
      const attempts = (await client.probed()).filter((attempt) => attempt.at > at)
      return attempts.length >= count ? attempts : undefined
    })
  await attemptsAfter(0, perSecond)
  const goneAt = Date.now()
  await goes()
  await eventually('zone a to be out of use', async () => {
    const from = Date.now()
    return isWithdrawn(await attemptsAfter(from, 20))
  })
  const attempts = await client.endProbe()
  await returns()

  const before = attempts.filter(({ at }) => at < goneAt - 100)
  assert.ok(before.length > 0 && before.every(({ error }) => error === undefined), 'it failed before anything happened')
  const failed = attempts.filter(({ error }) => error !== undefined)
  const lastMs = failed.length === 0 ? 0 : Math.max(...failed.map(({ at }) => at)) - goneAt
  // A machine that is busy takes longer to notice; it must not take for ever.
  assert.ok(lastMs < boundMs * 3, `the last failed connection began after ${lastMs} ms`)
  return `${failed.length} of ${attempts.length} connections failed, the last one began after ${lastMs} ms`
}

const served = (attempts: readonly Probed[]): string[] =>
  [...new Set(attempts.map(({ name, error }) => name ?? error ?? ''))].sort()

test('a zone goes, and comes back', asRoot, async (t) => {
  const link = await aLink(t, ({ world, provider, consumer }) => {
    const subnetB = world.subnet(consumer.vpc, 'b', '10.0.2.0/24', 'b')
    return world.endpoint(
      provider.service,
      [
        { subnet: consumer.subnet, ip: '10.0.1.60' },
        { subnet: subnetB, ip: '10.0.2.60' },
      ],
      [consumer.endpointSg],
    )
  })
  const { provider, consumer, host } = link
  const [targetA, targetB] = await Promise.all(provider.targets.map((target) => link.resident(target)))
  assert.ok(targetA && targetB)
  await targetA.serve(8080, '10.0.1.10')
  await targetB.serve(8080, '10.0.2.10')
  const client = await link.resident(consumer.client)
  const name = regionalDnsName(link.more)
  await link.untilTargets('healthy', 2)
  /** @param ways  from the nodes to the targets that they use when all is well */
  const dies = (ways = 2) => ({
    goes: () => targetA.stop(8080),
    returns: async () => {
      await targetA.serve(8080, '10.0.1.10')
      await bothHealthy(link, ways)
    },
    isWithdrawn: (attempts: readonly Probed[]) => served(attempts).join() === '10.0.2.10',
  })
  const policy = (attributes: Record<string, string>) =>
    host.put('load-balancer', { ...provider.loadBalancer, attributes })

  await t.test('all its targets die; each zone by itself', async (t) => {
    t.diagnostic(`${await measure({ client, name, ...dies() })}; the settings imply at most ${boundMs} ms`)
  })
  await t.test('all its targets die; across zones', async (t) => {
    await policy({ 'load_balancing.cross_zone.enabled': 'true' })
    await bothHealthy(link, 4)
    t.diagnostic(`${await measure({ client, name, ...dies(4) })}; the settings imply at most ${boundMs} ms`)
    await policy({})
  })
  await t.test('all its targets die; a client of the zone that prefers its own', async (t) => {
    await policy({ 'dns_record.client_routing_policy': 'availability_zone_affinity' })
    // The target's own instance asks: a client in zone a of the load balancer's VPC.
    const loadBalancerName = provider.loadBalancer.dnsName
    const figures = await measure({ client: targetA, name: loadBalancerName, ...dies() })
    t.diagnostic(`${figures}; the settings imply at most ${boundMs} ms`)
    await policy({})
  })
  await t.test('its node is withdrawn', async (t) => {
    const [zoneA, zoneB] = provider.loadBalancer.zones
    assert.ok(zoneA && zoneB)
    const zones = (...wanted: (typeof zoneA)[]) =>
      host.put('load-balancer', { ...provider.loadBalancer, zones: wanted })
    const figures = await measure({
      client,
      name,
      goes: () => zones(zoneB),
      returns: () => zones(zoneA, zoneB),
      isWithdrawn: dies().isWithdrawn,
    })
    t.diagnostic(`${figures}; nothing has to be found out, the change itself is the bound`)
  })
  assert.deepEqual((await host.status()).failures, [])
})

/** Every node has found every target it uses healthy; the report says so of targets, the kernel of listeners. */
async function bothHealthy({ host, provider, untilTargets }: Link, ways: number): Promise<void> {
  await untilTargets('healthy', 2)
  await eventually('both nodes to use their targets', async () => {
    const { stdout } = await host.inside(provider.vpc.vpcId, 'nft', 'list', 'table', 'inet', 'underpass')
    const listeners = stdout.split(/\n(?=\tchain )/).filter((text) => text.startsWith('\tchain lsn-'))
    return listeners.join('').match(/10\.0\.[12]\.10/g)?.length === ways
  })
}
