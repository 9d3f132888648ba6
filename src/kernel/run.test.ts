import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aWorld } from '../../test/support/world.ts'
import { compileProgram } from '../plan/compile.ts'
import { diff } from '../plan/diff.ts'
import { routeKey } from '../plan/keys.ts'
import { fabricNetns, vpcNetns } from '../plan/names.ts'
import { mapObject, netnsObject, routeObject, wireObject } from '../plan/object.ts'
import type { WireEnd } from '../plan/program.ts'
import type { Command, CommandResult } from './command.ts'
import { halfBuilt, type KernelState, runSteps } from './run.ts'

const ok: CommandResult = { exitCode: 0, stdout: '', stderr: '' }

/** A host that remembers what it was told, and refuses what `refuse` says. */
function aHost(refuse: (command: Command) => Partial<CommandResult> | undefined = () => undefined) {
  const commands: Command[] = []
  return {
    commands,
    run: async (command: Command) => {
      commands.push(command)
      const refusal = refuse(command)
      return refusal ? { ...ok, exitCode: 1, ...refusal } : ok
    },
  }
}
const aState = (): KernelState => ({ observed: new Map(), tablesToRebuild: new Set() })
const wordOf = ({ step }: Command): string => step.replace(/ (in )?up\..*/, '')

async function aBuiltWorld() {
  const parts = aWorld()
  const state = aState()
  const program = compileProgram(parts.world.snapshot(), new Map(), { name: 't' })
  await runSteps(aHost(), state, diff(program, state.observed))
  return { ...parts, state, program }
}

test('everything is built in the safe order, and nothing is left to do', async () => {
  const { world } = aWorld()
  const program = compileProgram(world.snapshot(), new Map(), { name: 't' })
  const state = aState()
  const host = aHost()
  const outcome = await runSteps(host, state, diff(program, state.observed))
  assert.deepEqual([...outcome.failures], [])
  assert.deepEqual(
    [...new Set(host.commands.map(wordOf))],
    [
      'make a namespace',
      'set up namespace',
      'make a wire',
      'set up the far end of a wire',
      'set up wires and routes',
      'nft batch',
    ],
  )
  assert.ok(host.commands.every(({ writes }) => writes))
  assert.deepEqual(diff(program, state.observed).steps, [])
})

test('a deletion goes the other way: policy first, the namespace last', async () => {
  const { world, consumer, state, program } = await aBuiltWorld()
  world.put('instance', { ...consumer.client, state: 'terminated' })
  const host = aHost()
  const next = compileProgram(world.snapshot(), new Map(), { name: 't' }, program)
  await runSteps(host, state, diff(next, state.observed))
  assert.deepEqual(host.commands.map(wordOf), ['nft batch', 'remove routes and wires', 'remove namespaces'])
  assert.deepEqual(diff(next, state.observed).steps, [])
})

test('a rejected endpoint is withdrawn before its connections are cut', async () => {
  const { world, consumer, state, program } = await aBuiltWorld()
  world.put('vpc-endpoint', { ...consumer.endpoint, state: 'rejected' })
  const host = aHost(({ step }) =>
    step.startsWith('cut') ? { stderr: '0 flow entries have been deleted.' } : undefined,
  )
  const next = compileProgram(world.snapshot(), new Map(), { name: 't' }, program)
  const outcome = await runSteps(host, state, diff(next, state.observed))
  assert.deepEqual([...outcome.failures], [])
  assert.equal(wordOf(host.commands[0] as Command), 'nft batch')
  const cut = host.commands.find(({ step }) => step.startsWith('cut'))
  assert.match(cut?.input ?? '', /^conntrack -D --orig-dst 10\.0\.1\.50 /)
})

test('another interface at the same address: what went through the old one is cut', async () => {
  const { world, consumer, state, program } = await aBuiltWorld()
  const [networkInterfaceId = ''] = consumer.endpoint.networkInterfaceIds
  const eni = world.snapshot().resources['network-interface'].get(networkInterfaceId)
  assert.ok(eni)
  world.put('network-interface', { ...eni, fabricIp: '240.9.9.9' })
  const host = aHost()
  const replaced = compileProgram(world.snapshot(), new Map(), { name: 't' }, program)
  await runSteps(host, state, diff(replaced, state.observed))
  const cut = host.commands.find(({ step }) => step.startsWith('cut'))
  assert.match(cut?.input ?? '', /^conntrack -D --orig-dst 10\.0\.1\.50 /)
})

test('a namespace that cannot be set up fails what needs it, and nothing else', async () => {
  const { world, consumer, provider } = aWorld()
  const vpc = vpcNetns('t', consumer.vpc.vpcId)
  const link = [consumer.vpc.vpcId, provider.vpc.vpcId].sort().join('|')
  const host = aHost(({ step }) =>
    step === `set up namespace ${vpc}`
      ? { stderr: 'sh: 3: cannot create /proc/sys/x: Directory nonexistent\nsysctl failed 0\n' }
      : undefined,
  )
  const state = aState()
  const program = compileProgram(world.snapshot(), new Map(), { name: 't' })
  const { failures } = await runSteps(host, state, diff(program, state.observed))
  assert.deepEqual(
    [...failures.keys()].sort(),
    [
      `instance/${consumer.client.instanceId}`,
      `security-group/${consumer.clientSg.groupId}`,
      `security-group/${consumer.endpointSg.groupId}`,
      `vpc-endpoint/${consumer.endpoint.vpcEndpointId}`,
      `vpc-link/${link}`,
      `vpc/${consumer.vpc.vpcId}`,
    ].sort(),
  )
  assert.match(failures.get(`vpc/${consumer.vpc.vpcId}`)?.message ?? '', /net\.ipv4\.ip_forward=1/)
  const left = diff(program, state.observed).steps.map(({ owner }) => owner)
  assert.ok(!left.some((owner) => owner !== `vpc-link/${link}` && owner.includes(provider.vpc.vpcId)))
  assert.equal(state.observed.get(`netns:${vpc}`)?.fingerprint, halfBuilt)
})

test('a refused line of ip fails its own wire', async () => {
  const { world, consumer } = aWorld()
  const host = aHost(({ step, input = '' }) => {
    if (step !== 'make a wire') return undefined
    const line = input.split('\n').findIndex((text) => text.includes(consumer.client.instanceId)) + 1
    return { stderr: `RTNETLINK answers: File exists\nCommand failed -:${line}\n` }
  })
  const state = aState()
  const program = compileProgram(world.snapshot(), new Map(), { name: 't' })
  const { failures } = await runSteps(host, state, diff(program, state.observed))
  assert.deepEqual([...failures.keys()], [`instance/${consumer.client.instanceId}`])
  // What may be there in part is torn down by the next run before it is built.
  const again = diff(program, state.observed).steps.filter(({ object }) => object.kind === 'wire')
  assert.deepEqual(
    again.map((step) => step.do),
    ['replace'],
  )
})

test('a set of another type: the table is made anew in one batch, in a second run', async () => {
  const { state, program, consumer } = await aBuiltWorld()
  const netns = vpcNetns('t', consumer.vpc.vpcId)
  const changed = mapObject(netns, 'vpce-sources', 'ipv4_addr', 'ipv4_addr . inet_service')
  state.observed.set(changed.key, { fingerprint: changed.fingerprint, object: changed })
  const first = aHost()
  const outcome = await runSteps(first, state, diff(program, state.observed))
  assert.deepEqual({ again: outcome.again, commands: first.commands.length }, { again: true, commands: 0 })

  const second = aHost()
  await runSteps(second, state, diff(program, state.observed))
  assert.equal(second.commands.length, 1)
  assert.match(second.commands[0]?.input ?? '', /^add table inet underpass\ndelete table inet underpass\nadd table/)
  assert.deepEqual(diff(program, state.observed).steps, [])
  assert.deepEqual(state.tablesToRebuild, new Set())
})

test('a rebuilt wire takes routes with it, and they are asked for again', async () => {
  const { state, program, provider } = await aBuiltWorld()
  const uplink = [...state.observed.values()].find(
    ({ object }) =>
      object.kind === 'wire' && object.b.netns === vpcNetns('t', provider.vpc.vpcId) && object.b.ifname === 'fab0',
  )
  assert.ok(uplink)
  state.observed.set(uplink.object.key, { ...uplink, fingerprint: halfBuilt })
  const outcome = await runSteps(aHost(), state, diff(program, state.observed))
  assert.equal(outcome.again, true)
  const left = diff(program, state.observed).steps
  assert.ok(left.length > 0 && left.every(({ do: what, object }) => what === 'add' && object.kind === 'route'))
})

test('a wire that was just built is not deleted under the name of the one it replaced', async () => {
  const end = (netns: string, ifname: string): WireEnd => ({
    netns,
    ifname,
    mac: '06:00:00:00:00:01',
    mtuBytes: 1500,
    addresses: [],
    neighbours: [],
    routes: [],
  })
  const wanted = wireObject(end('up.t.vpc-1', 'e-new'), end('up.t.i-1', 'eth0'))
  const stale = wireObject(end('up.t.vpc-1', 'e-old'), end('up.t.i-1', 'eth0'))
  const state = aState()
  state.observed.set(stale.key, { fingerprint: stale.fingerprint, object: stale })
  const host = aHost()
  await runSteps(host, state, {
    revision: 1,
    steps: [
      { do: 'add', object: wanted, owner: 'instance/i-1' },
      { do: 'delete', object: stale, owner: 'leftover' },
    ],
  })
  const lines = host.commands
    .flatMap(({ input = '' }) => input.split('\n'))
    .filter((line) => /link (del|add)/.test(line))
  assert.deepEqual(
    lines.map((line) => line.split(' ').slice(0, 4).join(' ')),
    ['link del dev e-old', 'link add name e-new'],
  )
  assert.deepEqual([...state.observed.keys()], [wanted.key])
})

test('the namespace the agent lives in is never removed', async () => {
  const fabric = netnsObject(fabricNetns('t'), {})
  const host = aHost()
  const state = aState()
  state.observed.set(fabric.key, { fingerprint: fabric.fingerprint, object: fabric })
  const steps = [{ do: 'delete', object: fabric, owner: 'leftover' }] as const
  await runSteps({ ...host, ownNetns: fabric.netns }, state, { revision: 1, steps })
  assert.deepEqual(host.commands, [])
})

test('removing what is not there is no failure', async () => {
  const route = routeObject('up.t.fabric', '240.0.0.9/32', '169.254.0.2', 'v-1')
  const state = aState()
  state.observed.set(route.key, { fingerprint: route.fingerprint, object: route })
  const host = aHost(() => ({ stderr: 'RTNETLINK answers: No such process\nCommand failed -:1\n' }))
  const { failures } = await runSteps(host, state, {
    revision: 1,
    steps: [{ do: 'delete', object: route, owner: 'leftover' }],
  })
  assert.equal(failures.size, 0)
  assert.equal(state.observed.has(routeKey('up.t.fabric', '240.0.0.9/32')), false)
})
