/**
 * The same as an ordinary user, who has no right on the machine's network: up, a connection through an endpoint, the death
 * of both processes, down; and nothing is left.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { finished } from '../../src/cli/demo/playground.ts'
import { createOrganization, until } from '../../src/cli/demo/scenario.ts'
import { findProcesses } from '../../src/cli/processes.ts'
import { aLink } from '../support/e2e-link.ts'
import { aPlayground, hold, killNow, namespacesOf, SteadyLoad, untilSettled } from '../support/e2e-underpass.ts'
import { anOrdinaryUser, launcher, pidsOf, runAs, userObstacle } from '../support/e2e-user.ts'

const title = 'an ordinary user has a private link, which outlives both processes'
const obstacle = userObstacle()
if (obstacle) console.error(`SKIPPED: ${title}: ${obstacle}`)

test(title, { skip: obstacle ?? false, timeout: 600_000 }, async (t) => {
  const user = await anOrdinaryUser(t)
  const help = runAs(user, launcher, '--help')
  const unshare = runAs(user, 'unshare', '--user', '--map-root-user', '--net', '--mount', 'true')
  const why =
    help.status !== 0
      ? `an ordinary user cannot run ${launcher}: ${help.error?.message ?? help.stderr.trim()}`
      : unshare.status !== 0
        ? `this machine lets ordinary users make no namespaces: ${unshare.stderr.trim()}`
        : undefined
  if (why) {
    console.error(`SKIPPED: ${title}: ${why}`)
    t.skip(why)
    return
  }
  const isOwn = user.uid === process.getuid?.()
  const processesBefore = isOwn ? [] : pidsOf(user.uid)
  const playground = await aPlayground(t, 'user', isOwn ? {} : { user })

  const interrupted = playground.command('up', '--port', String(playground.port))
  const ended = finished(interrupted)
  const holder = () => findProcesses(playground.home).some(({ name }) => name === 'holder')
  await until('the holder to be there', async () => (holder() ? true : undefined), 60_000, 1)
  interrupted.kill('SIGINT')
  const { code } = await ended
  t.diagnostic(`Ctrl-C with the holder started: exit code ${code}`)
  if (code !== 0) assert.deepEqual(findProcesses(playground.home), [])

  const said = await playground.up()
  assert.match(said, /rootless/)
  t.diagnostic(
    `uid ${user.uid}: ${said
      .split('\n')
      .find((line) => /rootless/.test(line))
      ?.trim()}`,
  )
  assert.deepEqual(namespacesOf(playground.home.name), [], 'the machine shows namespaces of it')

  await createOrganization(playground.caller())
  const { provider, consumer, endpoint } = await aLink(playground)
  const byName = await playground.ask(consumer.client, `http://${endpoint.description.DnsEntries?.[0]?.DnsName}/`)
  assert.equal(byName.sighting?.name, provider.name, byName.error ?? 'somebody else answered')
  t.diagnostic(
    `by name: ${byName.sighting.client.local} → ${byName.sighting.client.remote}, ` +
      `the target sees ${byName.sighting.target.remote} → ${byName.sighting.target.local}`,
  )

  const held = hold(playground, consumer.client, { url: endpoint.url, everyMs: 50, seconds: 8 })
  const load = new SteadyLoad(playground, consumer.client, {
    urls: [endpoint.url],
    perSecond: 100,
    count: 600,
    timeoutMs: 20_000,
  })
  await until('the load to run', async () => (load.attempts.length > 50 ? true : undefined))
  await killNow(playground)
  const diedAt = Date.now()
  await load.ended
  const whileDead = load.attempts.filter(({ at }) => at > diedAt).length
  t.diagnostic(
    `kill -9 of both: ${whileDead} of ${load.attempts.length} connections begun with both dead, ${load.failed.length} failed`,
  )
  assert.deepEqual(load.failed.slice(0, 5), [])
  assert(whileDead > 100)
  const { errors, localPorts } = await held
  assert.deepEqual(errors, [])
  assert.equal(localPorts.length, 1, 'the established connection was lost')

  await playground.up()
  const { agent } = await untilSettled(playground)
  t.diagnostic(`up again: ${agent?.kernelWrites} kernel writes`)
  assert.equal(agent?.kernelWrites, 0)

  // With the launcher, as a user types it.
  const status = runAs(user, launcher, 'status', '--state-dir', playground.home.stateDir)
  assert.match(status.stdout, /running/)
  assert.equal((await finished(playground.command('down', '--purge'))).code, 0)
  assert(!existsSync(playground.home.stateDir))
  if (!isOwn) {
    const left = () => pidsOf(user.uid).filter((pid) => !processesBefore.includes(pid))
    await until('its last process to be gone', async () => (left().length === 0 ? true : undefined))
    t.diagnostic('down: no process of the user is left, no file, no namespace')
  }
})
