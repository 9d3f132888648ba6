/**
 * kernel/ against the real kernel: what is applied is read back, whatever happens in between.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCommand } from '../../src/kernel/command.ts'
import { compileProgram } from '../../src/plan/compile.ts'
import { set, vpcNetns } from '../../src/plan/names.ts'
import { chainObject, elementObject } from '../../src/plan/object.ts'
import type { Fragment, Program } from '../../src/plan/program.ts'
import type { Steps } from '../../src/plan/steps.ts'
import { aKernelHost, asRoot } from '../support/kernel-host.ts'
import { aWorld } from '../support/world.ts'

const keysOf = ({ steps }: Steps): string[] => steps.map(({ do: what, object }) => `${what} ${object.key}`)
const withFragment = (program: Program, owner: string, fragment: Fragment): Program => ({
  ...program,
  fragments: new Map([...program.fragments, [owner, fragment]]),
})

test('what is applied is read back, and applied once', asRoot, async (t) => {
  const host = await aKernelHost(t)
  const { world } = aWorld()
  const program = compileProgram(world.snapshot(), new Map(), host)
  const outcome = await host.apply(program)
  assert.deepEqual([...outcome.failures], [])
  assert.deepEqual(keysOf(await host.missing(program)), [])

  const writes = host.writes()
  await host.restart()
  await host.apply(program)
  assert.equal(host.writes(), writes, 'a restart over an unchanged kernel writes nothing')
})

test('a change costs one batch, and deleting everything leaves the fabric alone', asRoot, async (t) => {
  const host = await aKernelHost(t)
  const { world, consumer } = aWorld()
  await host.apply(compileProgram(world.snapshot(), new Map(), host))

  world.put('vpc-endpoint', { ...consumer.endpoint, state: 'rejected' })
  const rejected = compileProgram(world.snapshot(), new Map(), host)
  const before = host.writes()
  assert.deepEqual([...(await host.apply(rejected)).failures], [])
  assert.equal(host.writes() - before, 4, 'one nft batch, one cut, the routes, the wire that no other endpoint uses')
  assert.deepEqual(keysOf(await host.missing(rejected)), [])

  for (const [kind, resources] of Object.entries(world.snapshot().resources)) {
    for (const id of resources.keys()) world.delete(kind as 'vpc', id)
  }
  const empty = compileProgram(world.snapshot(), new Map(), host)
  assert.deepEqual([...(await host.apply(empty)).failures], [])
  assert.deepEqual(await host.namespaces(), [`up.${host.name}.fabric`])
  assert.deepEqual(keysOf(await host.missing(empty)), [])
})

test('interrupted at any command, the next run repairs', asRoot, async (t) => {
  const { world } = aWorld()
  const counting = await aKernelHost(t)
  await counting.apply(compileProgram(world.snapshot(), new Map(), counting))
  const commands = counting.writes()
  assert.ok(commands > 10)

  for (let survivors = 0; survivors < commands; survivors += 3) {
    const host = await aKernelHost(t)
    const program = compileProgram(world.snapshot(), new Map(), host)
    let n = 0
    host.intercept((command, run) =>
      n++ < survivors ? run(command) : Promise.reject(new Error(`killed before ${command.step}`)),
    )
    await assert.rejects(host.apply(program), /killed before/)

    host.intercept((command, run) => run(command))
    await host.restart()
    assert.deepEqual([...(await host.apply(program)).failures], [], `after ${survivors} commands`)
    assert.deepEqual(keysOf(await host.missing(program)), [], `after ${survivors} commands`)
  }
})

test('what somebody deleted or changed is found and repaired', asRoot, async (t) => {
  const host = await aKernelHost(t)
  const { world, consumer, provider } = aWorld()
  const program = compileProgram(world.snapshot(), new Map(), host)
  await host.apply(program)
  const vpc = vpcNetns(host.name, consumer.vpc.vpcId)
  const instance = `up.${host.name}.${consumer.client.instanceId}`

  for (const [what, netns, ...argv] of [
    ['the table', vpc, 'nft', 'delete', 'table', 'inet', 'underpass'],
    [
      'an element',
      vpc,
      'nft',
      'delete',
      'element',
      'inet',
      'underpass',
      set.endpointListeners,
      '{ 10.0.1.50 . tcp . 80 }',
    ],
    [
      'a value',
      vpc,
      'sh',
      '-c',
      `nft 'delete element inet underpass ${set.endpointSources} { 10.0.1.50 }; add element inet underpass ${set.endpointSources} { 10.0.1.50 : 240.9.9.9 }'`,
    ],
    ['the rules of a chain', vpc, 'nft', 'flush', 'chain', 'inet', 'underpass', 'admit-new'],
    [
      'one rule of a chain',
      vpc,
      'sh',
      '-c',
      'nft delete rule inet underpass admit-new handle $(nft -a list chain inet underpass admit-new | sed -n "s/.*@eni-sources.*handle //p")',
    ],
    [
      'a set of another type',
      vpc,
      'sh',
      '-c',
      `nft 'flush chain inet underpass destination; delete map inet underpass ${set.endpointListeners}; add map inet underpass ${set.endpointListeners} { type ipv4_addr : ipv4_addr; }'`,
    ],
    ['a link', vpc, 'ip', 'link', 'del', 'fab0'],
    ['an address', instance, 'ip', 'address', 'flush', 'dev', 'eth0'],
    ['a link that is down', instance, 'ip', 'link', 'set', 'eth0', 'down'],
    ['a route of the fabric', `up.${host.name}.fabric`, 'ip', 'route', 'flush', 'proto', '117'],
    ['the stamp of a namespace', vpc, 'ip', 'link', 'set', 'lo', 'alias', 'x'],
  ] as const) {
    await host.inside(netns, ...argv)
    assert.notDeepEqual(keysOf(await host.missing(program)), [], `${what} is missed`)
    await host.restart()
    assert.deepEqual([...(await host.apply(program)).failures], [], what)
    assert.deepEqual(keysOf(await host.missing(program)), [], `${what} is back`)
  }

  for (const id of [consumer.client.instanceId, provider.vpc.vpcId]) {
    await runCommand({ step: 'test', argv: ['ip', 'netns', 'del', `up.${host.name}.${id}`], writes: false })
    await host.restart()
    assert.deepEqual([...(await host.apply(program)).failures], [], id)
    assert.deepEqual(keysOf(await host.missing(program)), [], id)
  }
})

test('what is not ours inside an instance is left alone', asRoot, async (t) => {
  const host = await aKernelHost(t)
  const { world, consumer } = aWorld()
  const program = compileProgram(world.snapshot(), new Map(), host)
  await host.apply(program)
  const { instanceId } = consumer.client
  await host.inside(instanceId, 'ip', 'link', 'add', 'own0', 'type', 'veth', 'peer', 'name', 'own1')
  await host.inside(instanceId, 'ip', 'address', 'add', '10.0.1.200/32', 'dev', 'eth0')
  assert.deepEqual(keysOf(await host.missing(program)), [])
})

test("one tenant's bad configuration does not keep another's out", asRoot, async (t) => {
  const host = await aKernelHost(t)
  const { world, consumer } = aWorld()
  const netns = vpcNetns(host.name, consumer.vpc.vpcId)
  const good = compileProgram(world.snapshot(), new Map(), host)
  const bad = withFragment(good, 'vpc-endpoint/bad', [
    chainObject(netns, 'bad', ['goto nowhere']),
    elementObject(netns, set.endpointSources, '10.0.1.51', '240.0.0.99'),
  ])
  const outcome = await host.apply(bad)
  assert.deepEqual([...outcome.failures.keys()], ['vpc-endpoint/bad'])
  assert.match(outcome.failures.get('vpc-endpoint/bad')?.message ?? '', /goto nowhere.*|No such file or directory/)
  assert.deepEqual(keysOf(await host.missing(good)), [])
})

test('a file in /run/netns without a namespace is replaced', asRoot, async (t) => {
  const host = await aKernelHost(t)
  const { world, consumer } = aWorld()
  const netns = vpcNetns(host.name, consumer.vpc.vpcId)
  await runCommand({ step: 'test', argv: ['touch', `/run/netns/${netns}`], writes: false })
  const program = compileProgram(world.snapshot(), new Map(), host)
  await host.restart()
  assert.deepEqual([...(await host.apply(program)).failures], [])
  assert.deepEqual(keysOf(await host.missing(program)), [])
})

test('10,000 elements: loaded, read back and changed in time', asRoot, async (t) => {
  const host = await aKernelHost(t)
  const { world, consumer } = aWorld()
  const netns = vpcNetns(host.name, consumer.vpc.vpcId)
  const many = Array.from({ length: 10_000 }, (_, i) =>
    elementObject(
      netns,
      set.endpointListeners,
      `10.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255} . tcp . 443`,
      `240.0.0.${i % 250} . 443`,
    ),
  )
  const small = compileProgram(world.snapshot(), new Map(), host)
  const large = withFragment(small, 'vpc-endpoint/many', many)
  await host.apply(small)

  const timed = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    const startedAt = performance.now()
    await work()
    t.diagnostic(`${what}: ${Math.round(performance.now() - startedAt)} ms`)
  }
  await timed('load 10,000 elements', () => host.apply(large))
  const startedAt = performance.now()
  assert.deepEqual(keysOf(await host.missing(large)), [])
  const observeMs = performance.now() - startedAt
  t.diagnostic(`observe 10,000 elements and diff: ${Math.round(observeMs)} ms`)
  const one = elementObject(netns, set.endpointListeners, '10.9.9.9 . tcp . 443', '240.0.0.9 . 443')
  await timed('one more element', () => host.apply(withFragment(large, 'vpc-endpoint/one', [one])))
  await timed('that element removed', () => host.apply(large))
  // Five times what it takes on two quiet cores; the machine may be busy.
  assert.ok(observeMs < 5_000, `${observeMs} ms`)
})
