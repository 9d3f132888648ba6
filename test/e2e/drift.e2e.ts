/**
 * What somebody else deletes in the kernel is back within seconds, is said in the agent's log, and carries traffic again.
 */
import assert from 'node:assert/strict'
import type { Playground } from '../../src/cli/demo/playground.ts'
import { createOrganization, until, untilAllHealthy } from '../../src/cli/demo/scenario.ts'
import { fabricNetns, instanceNetns, linkIfname, vpcNetns } from '../../src/plan/names.ts'
import { aLink, targetPort } from '../support/e2e-link.ts'
import {
  aPlayground,
  behindItsBack,
  inside,
  kernelTest,
  logOf,
  namespacesOf,
  untilAnswered,
  untilSettled,
} from '../support/e2e-underpass.ts'

/** Said by the agent's full look, every half minute or less often: what only that one notices is not back in seconds. */
const fullLook = /objects differ/
/** A machine that needs so long for the rest shows nothing of who would have noticed first. */
const tooSlowMs = 60_000

/**
 * What the agent says it found amiss, since its log had that length; undefined while it has said nothing. What it meets
 * while it repairs something else it tells as part of that.
 */
function repairsIn(playground: Playground, logBefore: number): readonly string[] | undefined {
  const said = logOf(playground, 'agent')
    .slice(logBefore)
    .split('\n')
    .filter((line) => /not as we left it|bringing the kernel to what it should be/.test(line))
    .map((line) => JSON.parse(line) as { what?: string; because?: string })
    .map(({ what, because }) => what ?? because ?? '')
  return said.length > 0 ? [...new Set(said)] : undefined
}

kernelTest('namespaces, wires, tables and routes deleted behind our back are rebuilt', async (t) => {
  const playground = await aPlayground(t, 'drift')
  await playground.up()
  await createOrganization(playground.caller())
  const { provider, consumer, service, endpoint } = await aLink(playground)
  const byName = `http://${endpoint.description.DnsEntries?.[0]?.DnsName}/`
  const { name } = playground.home
  const [consumerNetns, providerNetns] = [consumer, provider].map(({ network }) => vpcNetns(name, network.vpcId))
  assert(consumerNetns && providerNetns)
  const client = instanceNetns(name, consumer.client.instanceId)
  const server = instanceNetns(name, provider.server.instanceId)

  const wireOf = (netns: string, far: string): string => {
    const links = JSON.parse(behindItsBack('ip', '-n', netns, '-j', 'link', 'show')) as {
      ifname: string
      ifalias?: string
    }[]
    return links.find(({ ifalias }) => ifalias?.endsWith(`@${far}/eth0`))?.ifname ?? assert.fail(`no wire to ${far}`)
  }
  const deleteWire = (netns: string, far: string) => () =>
    behindItsBack('ip', '-n', netns, 'link', 'delete', wireOf(netns, far))
  const deleteTable = (netns: string) => () => inside(netns, 'nft', 'delete', 'table', 'inet', 'underpass')
  const deleteNetns = (netns: string) => () => behindItsBack('ip', 'netns', 'delete', netns)
  const deleteRoutesIn = (netns: string) => () => {
    const routes = JSON.parse(inside(netns, 'ip', '-j', 'route', 'show', 'proto', '117')) as { dst: string }[]
    assert(routes.length >= 1, `${netns} has no route of ours`)
    for (const { dst } of routes) inside(netns, 'ip', 'route', 'delete', dst)
  }
  const deleteFabricRoutes = deleteRoutesIn(fabricNetns(name))

  for (const [what, destroy, afterwards] of [
    ["the consumer VPC's table", deleteTable(consumerNetns)],
    ["the provider VPC's table", deleteTable(providerNetns)],
    ["the client's veth", deleteWire(consumerNetns, client)],
    ["the target's veth", deleteWire(providerNetns, server)],
    ["the target's veth, from inside the instance", () => inside(server, 'ip', 'link', 'delete', 'eth0')],
    ["a VPC's link to the fabric", () => inside(consumerNetns, 'ip', 'link', 'delete', 'fab0')],
    ["the fabric's routes", deleteFabricRoutes],
    [
      'the wire between the two VPCs',
      () => inside(consumerNetns, 'ip', 'link', 'delete', linkIfname(provider.network.vpcId)),
    ],
    ["the consumer VPC's routes to the provider's", deleteRoutesIn(consumerNetns)],
    ["the provider VPC's routes to the consumer's", deleteRoutesIn(providerNetns)],
    [
      'a route of a VPC to its instance',
      () => behindItsBack('ip', '-n', consumerNetns, 'route', 'delete', consumer.client.privateIp),
    ],
    ["the consumer VPC's namespace", deleteNetns(consumerNetns)],
    ["the provider VPC's namespace", deleteNetns(providerNetns)],
    ["the client's namespace", deleteNetns(client)],
    [
      "the target's namespace, its server with it",
      deleteNetns(server),
      // What ran in it is still in the namespace without a name, cut off; the new one is empty.
      async () => {
        await until('the namespace to be back', async () => (namespacesOf(name).includes(server) ? true : undefined))
        await playground.serve(provider.server, targetPort, provider.name)
      },
    ],
    ["the fabric's name", deleteNetns(fabricNetns(name))],
    [
      'all of it at once',
      () => {
        deleteFabricRoutes()
        for (const netns of [consumerNetns, providerNetns, client]) deleteNetns(netns)()
      },
    ],
  ] as const) {
    const logBefore = logOf(playground, 'agent').length
    const startedAt = performance.now()
    destroy()
    const broken = await playground.ask(consumer.client, endpoint.url, 300)
    await afterwards?.()
    await untilAnswered(playground, consumer.client, endpoint.url, 2 * tooSlowMs)
    const tookMs = Math.round(performance.now() - startedAt)
    const said = await until(`the agent's log to mention ${what}`, async () => repairsIn(playground, logBefore))
    t.diagnostic(
      `${what}: ${broken.sighting ? 'mended before anybody noticed' : `broken (${broken.error?.split('\n')[0]})`}, works after ${tookMs} ms; logged: ${said.join('; ')}`,
    )
    assert(!said.every((line) => fullLook.test(line)) || tookMs > tooSlowMs, `${what}: noticed by the full look only`)
    const { problems } = await untilSettled(playground)
    assert.deepEqual(problems, [])
    await untilAnswered(playground, consumer.client, byName)
  }
  await untilAllHealthy(provider.tenant, service, 90_000)

  // Without an agent nobody keeps the fabric alive; the next one makes it, and hangs everything on it, again.
  await playground.crash()
  for (const netns of [fabricNetns(name), consumerNetns]) deleteNetns(netns)()
  await playground.up()
  await untilAnswered(playground, consumer.client, byName)
  await untilSettled(playground)
  await untilAllHealthy(provider.tenant, service, 90_000)

  // Nothing was put back by halves: an agent that reads everything anew finds nothing to do.
  await playground.crash()
  await playground.up()
  assert.equal((await playground.status()).agent?.kernelWrites, 0)
})
