/**
 * Several Underpasses on one machine: none sees another, each name is taken once, and one that is interrupted while it
 * starts leaves nothing.
 */
import assert from 'node:assert/strict'
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { finished } from '../../src/cli/demo/playground.ts'
import { createOrganization, until } from '../../src/cli/demo/scenario.ts'
import { findProcesses } from '../../src/cli/processes.ts'
import { aLink } from '../support/e2e-link.ts'
import { aPlayground, kernelTest, leftoversOf, namespacesOf, SteadyLoad, storm } from '../support/e2e-underpass.ts'

kernelTest(
  'two with the same CIDRs: each has its own services, and the end of one is nothing to the other',
  async (t) => {
    const [left, right] = await Promise.all([aPlayground(t, 'left'), aPlayground(t, 'right')])
    const [leftLink, rightLink] = await Promise.all(
      [left, right].map(async (playground) => {
        await playground.up()
        await createOrganization(playground.caller())
        return aLink(playground, playground === left ? 'left-' : 'right-')
      }),
    )
    assert(leftLink && rightLink)
    const { client } = rightLink.consumer
    assert.equal(leftLink.endpoint.privateIp, rightLink.endpoint.privateIp)
    assert.equal(leftLink.consumer.client.privateIp, client.privateIp)

    const wish = { url: rightLink.endpoint.url, count: 500, concurrency: 8, fromPort: 20_000 }
    const [inLeft, inRight] = await Promise.all([
      storm(left, leftLink.consumer.client, wish),
      storm(right, client, wish),
    ])
    t.diagnostic(
      `${client.privateIp}:20000… → ${wish.url} in both: ${JSON.stringify([inLeft.answers, inRight.answers])}`,
    )
    assert.deepEqual([inLeft.answers, inLeft.errors], [{ 'left-provider': 500 }, {}])
    assert.deepEqual([inRight.answers, inRight.errors], [{ 'right-provider': 500 }, {}])

    // Neither knows the keys of the other.
    const stranger = new EC2Client({ ...right.caller(), credentials: left.caller().credentials })
    await assert.rejects(stranger.send(new DescribeVpcsCommand({})), { name: 'AuthFailure' })

    const load = new SteadyLoad(right, client, { urls: [wish.url], perSecond: 100, count: 600, timeoutMs: 20_000 })
    await until('the load to run', async () => (load.attempts.length > 50 ? true : undefined))
    const namespaces = namespacesOf(right.home.name)
    const { code, stderr } = await finished(left.command('down', '--purge'))
    t.diagnostic(stderr.trim().split('\n')[0] ?? '')
    assert.equal(code, 0, stderr)
    assert.deepEqual(leftoversOf(left), [])
    await load.ended
    t.diagnostic(`meanwhile in the other: ${load.attempts.length} connections, ${load.failed.length} failed`)
    assert.deepEqual(load.failed.slice(0, 5), [])
    assert.deepEqual(namespacesOf(right.home.name), namespaces)
    assert.equal((await right.status()).state, 'running')
  },
)

kernelTest('one name, two ups: the second says where the first runs', async (t) => {
  const playground = await aPlayground(t, 'twice')
  const endpoint = `http://127.0.0.1:${playground.port}`
  // At the same time: one starts it, the other waits for that.
  const both = await Promise.all([playground.up(), playground.up()])
  assert.deepEqual(both.map((said) => /is up\.|is running already\./.exec(said)?.[0]).sort(), [
    'is running already.',
    'is up.',
  ])
  for (const said of both) assert(said.includes(endpoint), said)
  assert.deepEqual(
    findProcesses(playground.home).map(({ name }) => name),
    ['control', 'agent'],
  )
  t.diagnostic(`at the same time: one brought it up, the other said that it runs at ${endpoint}`)

  const namesake = await aPlayground(t, 'twice', { name: playground.home.name })
  const refused = await finished(namesake.command('up', '--port', String(namesake.port)))
  t.diagnostic(`another state directory: ${refused.stderr.trim().replaceAll('\n', ' ')}`)
  assert.equal(refused.code, 1)
  assert(refused.stderr.includes(playground.home.stateDir))

  const other = await aPlayground(t, 'port')
  const taken = await finished(other.command('up', '--port', String(playground.port)))
  t.diagnostic(`its port under another name: ${taken.stderr.trim().replaceAll('\n', ' ')}`)
  assert.equal(taken.code, 1)
  assert.match(taken.stderr, /in use/)
  assert.deepEqual(
    leftoversOf(other).filter((each) => each !== other.home.stateDir),
    [],
  )

  // None of that has touched the first.
  assert.equal((await playground.status()).state, 'running')
  await namesake.remove()
  assert.equal((await playground.status()).state, 'running')
})

kernelTest('Ctrl-C while it starts leaves no process and no namespace', async (t) => {
  const playground = await aPlayground(t, 'interrupt')
  const seen = {
    processes: () => findProcesses(playground.home).length,
    namespaces: () => namespacesOf(playground.home.name).length,
  }
  for (const [what, isReached] of [
    ['at once', () => true],
    ['with control started', () => seen.processes() >= 1],
    ['with the fabric made', () => seen.namespaces() >= 1],
    ['with both started', () => seen.processes() >= 2],
  ] as const) {
    const up = playground.command('up', '--port', String(playground.port))
    const ended = finished(up)
    await until(what, async () => (isReached() ? true : undefined), 60_000, 1)
    up.kill('SIGINT')
    const { code, stderr } = await ended
    if (code === 0) {
      // On a machine so busy that the signal came too late: then it is up, and that is right too.
      t.diagnostic(`${what}: it was up before the signal came`)
      await finished(playground.command('down'))
      continue
    }
    const left = leftoversOf(playground).filter((each) => each !== playground.home.stateDir)
    t.diagnostic(
      `${what}: exit code ${code ?? 'none, the signal came first'}; ${left.length} left; ${stderr.trim().split('\n').pop()}`,
    )
    assert.deepEqual(left, [])
  }
  // And it starts as if nothing had been.
  await playground.up()
  assert.equal((await playground.status()).state, 'running')
})
