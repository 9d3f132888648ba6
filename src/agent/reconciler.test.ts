import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { aWorld } from '../../test/support/world.ts'
import type { Command, CommandResult } from '../kernel/command.ts'
import type { Failure } from '../link/messages.ts'
import type { Program } from '../plan/program.ts'
import { Reconciler } from './reconciler.ts'

const log = pino({ level: 'silent' })

/** A reconciler over a host that takes everything, or refuses; its namespaces are not on this machine. */
function aReconciler(refuse: (command: Command) => Partial<CommandResult> | undefined = () => undefined) {
  const commands: Command[] = []
  const cycles: { program: Program; failures: readonly Failure[] }[] = []
  let notify = (): void => {}
  const reconciler = new Reconciler({
    name: 'unit-test-of-the-reconciler',
    log,
    health: () => new Map(),
    fullInterfaceIds: () => new Set(),
    run: async (command) => {
      commands.push(command)
      const refusal = refuse(command)
      return { exitCode: refusal ? 1 : 0, stdout: '', stderr: '', ...refusal }
    },
    beforeRead: async () => {},
    beforeRun() {},
    afterRun(program, failures) {
      cycles.push({ program, failures })
      notify()
    },
  })
  const cycled = (count: number): Promise<void> =>
    new Promise((resolve) => {
      notify = () => void (cycles.length >= count && resolve())
      notify()
    })
  return { reconciler, commands, cycles, cycled }
}

test('nothing is touched before control has said what is wished', async () => {
  const { reconciler, commands } = aReconciler()
  reconciler.wake()
  await reconciler.stop()
  assert.deepEqual(commands, [])
})

test('a snapshot is applied, and what did not change is not applied again', async () => {
  const { reconciler, commands, cycles, cycled } = aReconciler()
  const { world } = aWorld()
  reconciler.setSnapshot(world.snapshot())
  await cycled(1)
  const first = commands.length
  assert.ok(first > 10)
  assert.deepEqual(cycles[0]?.failures, [])
  reconciler.setSnapshot(world.snapshot())
  await cycled(2)
  await reconciler.stop()
  assert.equal(commands.length, first)
})

test('what arrives while a cycle runs is in the next one, all of it', async () => {
  const { reconciler, cycles, cycled } = aReconciler()
  const { world, consumer } = aWorld()
  reconciler.setSnapshot(world.snapshot())
  const revision = world.snapshot().revision
  await new Promise(setImmediate)
  for (let i = 1; i <= 50; i++) {
    const value = { ...consumer.endpoint, state: i % 2 ? ('rejected' as const) : ('available' as const) }
    reconciler.applyChanges(revision + i, [{ kind: 'vpc-endpoint', id: value.vpcEndpointId, value }])
  }
  await cycled(2)
  await reconciler.stop()
  assert.equal(cycles.at(-1)?.program.revision, revision + 50)
  assert.ok(cycles.length <= 3, `${cycles.length} cycles`)
})

test('a failed owner is reported and waits; the others are applied', async () => {
  const { world, consumer } = aWorld()
  const { reconciler, cycles, cycled, commands } = aReconciler(({ step, input = '' }) => {
    const lines = input.split('\n')
    const line = lines.findIndex((text) => text.includes('vpce-sources { 10.0.1.50'))
    return step.startsWith('nft batch') && line >= 0
      ? { stderr: `/dev/stdin:${line + 1}:1-2: Error: Could not process rule: Invalid argument\n` }
      : undefined
  })
  reconciler.setSnapshot(world.snapshot())
  await cycled(1)
  const owner = `vpc-endpoint/${consumer.endpoint.vpcEndpointId}`
  assert.deepEqual(
    cycles[0]?.failures.map((failure) => failure.owner),
    [owner],
  )

  const before = commands.length
  reconciler.wake()
  await cycled(2)
  assert.equal(commands.length, before, 'it is left alone until its time comes')
  assert.deepEqual(
    cycles[1]?.failures.map((failure) => failure.owner),
    [owner],
  )
  await reconciler.stop()
})
