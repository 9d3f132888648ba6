/**
 * One stage for many rows: the two VPCs of `aWorld` with three targets and a few clients under a real agent. Each row has
 * listeners and target groups of its own, so that rows do not meet.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inNetns } from '../../src/kernel/command.ts'
import { instanceNetns } from '../../src/plan/names.ts'
import type { Instance } from '../../src/resource/instance.ts'
import type { Listener, LoadBalancer } from '../../src/resource/load-balancer.ts'
import type { HealthCheckSettings, Target, TargetGroup, TargetHealthState } from '../../src/resource/target-group.ts'
import { targetKeyOf } from '../../src/resource/target-group.ts'
import { eventually } from './kernel-agent.ts'
import { aLink, type Link } from './kernel-link.ts'
import type { Resident } from './session-resident.ts'
import type { aWorld } from './world.ts'

/** Who carries a connection: the kernel alone, or the relay, which a PROXY header asks for. */
export type Path = 'kernel' | 'relay'

export const endpointIp = '10.0.1.50'
export const nodeIp = '10.0.1.5'
/** Listener ports that the network ACL of `afar` keeps from it. */
export const forbiddenPorts = { from: 3000, to: 3999 } as const

const everything = { ipProtocol: '-1', fromPort: -1, toPort: -1 }
const out = { ...everything, isEgress: true, cidrIpv4: '0.0.0.0/0' }

export interface TargetWish {
  readonly instance: Instance
  readonly port?: number
  readonly more?: Partial<Target>
}

export interface Wish {
  readonly targets?: readonly TargetWish[]
  readonly group?: Partial<TargetGroup>
  readonly healthCheck?: Partial<HealthCheckSettings>
  readonly listener?: Partial<Listener>
  readonly loadBalancer?: LoadBalancer
  readonly port?: number
}

export interface Published {
  readonly port: number
  readonly group: TargetGroup
  readonly targets: readonly Target[]
  readonly listener: Listener
}

function addPlaces({ world, provider, consumer }: ReturnType<typeof aWorld>) {
  world.group(provider.vpc, 'targets', [{ ...everything, cidrIpv4: '10.0.0.0/16' }, out])
  world.group(consumer.vpc, 'endpoint', [{ ...everything, cidrIpv4: '10.0.0.0/16' }])
  const away = world.subnet(consumer.vpc, 'away', '10.0.3.0/24', 'b')
  world.acl(
    consumer.vpc,
    'away',
    [{}, { egress: true, ruleAction: 'deny', protocol: '6', ports: forbiddenPorts }, { egress: true }],
    [away],
  )
  const front = world.loadBalancer('front', [{ subnet: provider.subnets[0], ip: '10.0.1.6' }])
  const frontIp = '10.0.1.64'
  world.endpoint(world.service(front, 'front'), [{ subnet: consumer.subnet, ip: frontIp }], [consumer.endpointSg])
  return {
    front,
    frontIp,
    guarded: [
      world.instance(provider.subnets[0], '10.0.1.12', [provider.targetGroupSg]),
      world.instance(provider.subnets[0], '10.0.1.13', [provider.targetGroupSg]),
    ] as const,
    second: world.instance(provider.subnets[0], '10.0.1.11', [provider.targetGroupSg]),
    insider: world.instance(provider.subnets[0], '10.0.1.77', [world.group(provider.vpc, 'insiders', [out])]),
    neighbour: world.instance(consumer.subnet, '10.0.1.20', [consumer.clientSg]),
    afar: world.instance(away, '10.0.3.20', [consumer.clientSg]),
  }
}

/** What `addPlaces` made, and somebody in each of it. */
export interface Stage extends Link<ReturnType<typeof addPlaces>> {
  /** Two in zone a, one in zone b. */
  readonly a: Instance
  readonly a2: Instance
  readonly b: Instance
  readonly clients: Readonly<Record<'client' | 'neighbour' | 'afar' | 'insider' | 'hairpin', Resident>>
  /** A group, its targets and a listener in front of it, in the kernel without a failure. */
  publish(path: Path, wish?: Wish): Promise<Published>
  /** Takes place in the same batch. */
  add(path: Path, wish?: Wish): Published
  /** Waits until all nodes' reports say this of every target. */
  untilAll(published: Published, state: TargetHealthState): Promise<void>
  /** Replaces settings of a published group. */
  change(published: Published, more: Partial<TargetGroup>): Promise<void>
}

const serverProgram = fileURLToPath(new URL('./conformance-server.ts', import.meta.url))

export async function aStage(t: TestContext): Promise<Stage> {
  const link = await aLink(t, addPlaces)
  const { world, provider, consumer, host, more } = link
  const [a, b] = provider.targets
  const { second: a2, neighbour, afar, insider } = more

  const children: ChildProcess[] = []
  t.after(() => {
    for (const child of children) child.kill('SIGKILL')
  })
  const serve = async ({ instanceId, privateIp }: Instance): Promise<void> => {
    const argv = inNetns(instanceNetns(host.name, instanceId), [process.execPath, serverProgram, privateIp])
    const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve())
      child.once('exit', (code) => reject(new Error(`the server of ${privateIp} ended with ${code}`)))
    })
  }
  const [residents] = await Promise.all([
    Promise.all([consumer.client, neighbour, afar, insider, a].map(link.resident)),
    ...[a, a2, b, ...more.guarded].map(serve),
  ])
  const [client, besides, distant, inside, hairpin] = residents
  assert.ok(client && besides && distant && inside && hairpin)

  let made = 0
  const add: Stage['add'] = (path, wish = {}) => {
    const n = ++made
    const port = wish.port ?? 1000 + n
    const attributes = { ...(path === 'relay' && { 'proxy_protocol_v2.enabled': 'true' }), ...wish.group?.attributes }
    const healthCheck = { ...provider.group.healthCheck, intervalSeconds: 1, timeoutSeconds: 0.5, ...wish.healthCheck }
    const group = world.targetGroup(provider.vpc, `row-${n}`, 8080, { ...wish.group, healthCheck, attributes })
    const targets = (wish.targets ?? [{ instance: a }]).map(({ instance, port: targetPort = 8080, more: rest }, i) =>
      world.target(group, instance, n * 20 + i, {
        port: targetPort,
        targetKey: targetKeyOf(group.targetGroupArn, rest?.id ?? instance.instanceId, targetPort),
        ...rest,
      }),
    )
    const listener = world.listener(wish.loadBalancer ?? provider.loadBalancer, group, port, wish.listener)
    return { port, group, targets, listener }
  }
  return {
    ...link,
    a,
    a2,
    b,
    clients: { client, neighbour: besides, afar: distant, insider: inside, hairpin },
    add,
    async publish(path, wish) {
      let published: Published | undefined
      const { failures } = await host.apply(() => {
        published = add(path, wish)
      })
      assert.deepEqual(failures, [])
      assert.ok(published)
      return published
    },
    async untilAll({ group, targets }, state) {
      await eventually(`the targets of ${group.targetGroupName} to be ${state}`, () =>
        targets.every(({ targetKey }) => host.health.get(targetKey)?.state === state),
      )
    },
    async change({ group }, changed) {
      const known = world.snapshot().resources['target-group'].get(group.targetGroupArn) ?? group
      const attributes = { ...known.attributes, ...changed.attributes }
      const { failures } = await host.put('target-group', { ...known, ...changed, attributes })
      assert.deepEqual(failures, [])
    },
  }
}
