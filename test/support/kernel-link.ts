/** A World under a real agent, with somebody in each of its instances: what tests of packets need, without the API. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { instanceNetns } from '../../src/plan/names.ts'
import type { Instance } from '../../src/resource/instance.ts'
import type { TargetHealthState } from '../../src/resource/target-group.ts'
import { type AgentHost, anAgentHost, eventually } from './kernel-agent.ts'
import { type Attempt, Resident } from './session-resident.ts'
import { aWorld } from './world.ts'

/** How long a client waits for an answer that must not come. */
export const silenceMs = 600

export interface Link<M = unknown> extends ReturnType<typeof aWorld> {
  /** What the test added before the agent started. */
  readonly more: M
  readonly host: AgentHost
  /** A process in an instance. */
  resident(instance: Instance): Promise<Resident>
  /** Waits until so many targets are in a state. */
  untilTargets(state: TargetHealthState, count: number): Promise<void>
}

/**
 * aWorld with targets that answer TCP and UDP on 8080 and an agent over it; checks come every second.
 *
 * @param before  what else the world has when the agent starts
 */
export async function aLink<M = undefined>(
  t: TestContext,
  before?: (parts: ReturnType<typeof aWorld>) => M,
): Promise<Link<M>> {
  const parts = aWorld()
  const { world, provider } = parts
  world.put('target-group', {
    ...provider.group,
    healthCheck: { ...provider.group.healthCheck, intervalSeconds: 1, timeoutSeconds: 1 },
  })
  const more = before?.(parts) as M
  const host = await anAgentHost(t, world)
  await host.startAgent()
  const residents: Resident[] = []
  t.after(() => {
    for (const { child } of residents) child.kill('SIGKILL')
  })
  const resident = async (instance: Instance): Promise<Resident> => {
    const machine = { instanceId: instance.instanceId, privateIp: instance.privateIp }
    const made = await Resident.inNamespace(
      machine as Resident['machine'],
      instanceNetns(host.name, instance.instanceId),
    )
    residents.push(made)
    return made
  }
  const untilTargets: Link['untilTargets'] = async (state, count) => {
    await eventually(
      `${count} targets are ${state}`,
      () => [...host.health.values()].filter((each) => each.state === state).length === count,
    )
  }
  return { ...parts, more, host, resident, untilTargets }
}

/** A target that answers with its address, over TCP and UDP. */
export async function serve(link: Link, instance: Instance, port = 8080): Promise<Resident> {
  const resident = await link.resident(instance)
  await resident.serve(port, instance.privateIp)
  await resident.serveUdp(port, instance.privateIp)
  return resident
}

/** Answered, now or soon. @returns the answer */
export async function passes<T>(what: string, attempt: () => Promise<Attempt<T>>): Promise<T> {
  return await eventually(what, async () => (await attempt()).answer)
}

/** Refused in silence, and counted under a reason. */
export async function isDropped(
  { host }: Link,
  vpcId: string,
  reason: string,
  attempt: () => Promise<Attempt<unknown>>,
): Promise<void> {
  const before = await host.drops(vpcId, reason)
  const { error } = await attempt()
  assert.equal(error, 'timed out', `${reason}: it must be silence`)
  assert.ok(
    (await host.drops(vpcId, reason)) > before,
    `not counted as ${reason}: ${JSON.stringify((await host.status()).drops)}`,
  )
}

/** Says something until the connection is no more. @returns why */
export async function untilCut(resident: Resident, connection: string): Promise<string> {
  let n = 0
  return await eventually(`${connection} is cut`, async () => {
    await sleep(50)
    return (await resident.say(connection, `still there? ${++n}`)).error
  })
}
