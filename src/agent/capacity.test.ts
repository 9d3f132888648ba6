import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aWorld } from '../../test/support/world.ts'
import type { Runner } from '../kernel/command.ts'
import { connectionsPerPort, emptyCapacity, lookAtCapacity } from './capacity.ts'

/** A host with so many entries in the consumer's table, so many of them through the endpoint to one port. */
function aLook(entries: number, busiest: number, max = 262_144) {
  const { world, consumer } = aWorld()
  const steps: string[] = []
  const run: Runner = async ({ step }) => {
    steps.push(step)
    const stdout = step.startsWith('sum')
      ? `10.0.1.50 ${busiest} ${busiest} 1\n`
      : `up.t.${consumer.vpc.vpcId} table ${entries} ${max}\n`
    return { exitCode: 0, stdout, stderr: '' }
  }
  const [eni = ''] = consumer.endpoint.networkInterfaceIds
  return { look: (before = emptyCapacity) => lookAtCapacity(run, 't', world.snapshot(), before), steps, eni }
}

test('few connections cost one look at the sizes of the tables', async () => {
  const { look, steps } = aLook(20_000, 0)
  assert.deepEqual(await look(), emptyCapacity)
  assert.deepEqual(steps, ['count connections'])
})

for (const { busiest, full, warned } of [
  { busiest: 30_000, full: false, warned: false },
  { busiest: 44_000, full: false, warned: true },
  { busiest: connectionsPerPort - 1, full: false, warned: true },
  { busiest: connectionsPerPort, full: true, warned: true },
]) {
  test(`${busiest} connections to one port: ${full ? '' : 'not '}full, ${warned ? 'a warning' : 'no warning'}`, async () => {
    const { look, eni } = aLook(60_000, busiest)
    const capacity = await look()
    assert.equal(capacity.fullInterfaceIds.has(eni), full)
    assert.equal(
      capacity.warnings.some((each) => each.includes(`${busiest} connections through 10.0.1.50`)),
      warned,
    )
  })
}

test('what is full stays so until a part of it is free again', async () => {
  const { look, eni } = aLook(60_000, connectionsPerPort * 0.97)
  assert.equal((await look()).fullInterfaceIds.has(eni), false)
  assert.equal((await look({ ...emptyCapacity, fullInterfaceIds: new Set([eni]) })).fullInterfaceIds.has(eni), true)
})

test('a table that is nearly full is a warning with what to do', async () => {
  const { look } = aLook(90_000, 10, 100_000)
  const [warning] = (await look()).warnings
  assert.match(
    warning ?? '',
    /tracks 90000 connections of at most 100000; .* Run: sysctl -w net\.netfilter\.nf_conntrack_max=200000/,
  )
})

test("a node's ports towards one target are a warning too", async () => {
  const { world, provider } = aWorld()
  const run: Runner = async ({ step }) => ({
    exitCode: 0,
    stdout: step.startsWith('sum')
      ? '240.0.0.11 50000 50000 1\nports tcp 10.0.1.5 10.0.1.10:8080 50000\nports tcp 240.0.0.99 10.0.9.9:1 50000\n'
      : `up.t.${provider.vpc.vpcId} table 60000 262144\n`,
    stderr: '',
  })
  const { warnings, fullInterfaceIds } = await lookAtCapacity(run, 't', world.snapshot(), emptyCapacity)
  assert.deepEqual([warnings.length, fullInterfaceIds.size], [1, 0])
  assert.match(warnings[0] ?? '', /^load balancer web has 50000 connections from 10\.0\.1\.5 to 10\.0\.1\.10:8080/)
})
