/**
 * Six load balancers over the same four targets, two in each of two zones: one for each client routing policy with
 * cross-zone balancing off and on. Each has a service with an endpoint in both zones of a consumer. So one outage is met by
 * all of them at once.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inNetns } from '../../src/kernel/command.ts'
import { instanceNetns } from '../../src/plan/names.ts'
import type { Instance } from '../../src/resource/instance.ts'
import type { LoadBalancer } from '../../src/resource/load-balancer.ts'
import { regionalDnsName, type VpcEndpoint, zonalDnsName } from '../../src/resource/vpc-endpoint.ts'
import { aLink, type Link } from './kernel-link.ts'
import type { aWorld } from './world.ts'
import type { ZoneAttempt } from './zone-load.ts'

const loadProgram = fileURLToPath(new URL('./zone-load.ts', import.meta.url))

export const policies = [
  'any_availability_zone',
  'partial_availability_zone_affinity',
  'availability_zone_affinity',
] as const

/** As 5, 2 and 2, the fastest that AWS allows, five times as fast. */
export const checks = { intervalSeconds: 1, timeoutSeconds: 0.4, unhealthyThresholdCount: 2, healthyThresholdCount: 2 }

export interface Case {
  /** `any, cross-zone off`. */
  readonly title: string
  readonly policy: (typeof policies)[number]
  readonly crossZone: boolean
  readonly loadBalancer: LoadBalancer
  readonly endpoint: VpcEndpoint
}

/** Which name a client connects by: of the endpoint, all its zones or one; of the load balancer, inside its VPC. */
export type NameKind = 'regional' | 'zonal a' | 'zonal b' | 'load balancer'

export interface Stream {
  readonly key: string
  readonly kind: NameKind
  readonly clientZone: 'a' | 'b'
  readonly of: Case
}

function addCases({ world, provider, consumer }: ReturnType<typeof aWorld>) {
  const [providerA, providerB] = provider.subnets
  const consumerB = world.subnet(consumer.vpc, 'b', '10.0.2.0/24', 'b')
  const targets = [
    ...provider.targets,
    world.instance(providerA, '10.0.1.11', [provider.targetGroupSg]),
    world.instance(providerB, '10.0.2.11', [provider.targetGroupSg]),
  ]
  const insiders = world.group(provider.vpc, 'insiders', [
    { isEgress: true, ipProtocol: '-1', fromPort: -1, toPort: -1, cidrIpv4: '0.0.0.0/0' },
  ])
  const clients = {
    a: { outside: consumer.client, inside: world.instance(providerA, '10.0.1.77', [insiders]) },
    b: {
      outside: world.instance(consumerB, '10.0.2.10', [consumer.clientSg]),
      inside: world.instance(providerB, '10.0.2.77', [insiders]),
    },
  }
  let healthSlot = 100
  const cases = policies.flatMap((policy) =>
    [false, true].map((crossZone): Case => {
      const n = healthSlot
      const name = `lb-${n}`
      const loadBalancer = world.loadBalancer(
        name,
        [
          { subnet: providerA, ip: `10.0.1.${n}` },
          { subnet: providerB, ip: `10.0.2.${n}` },
        ],
        {
          attributes: {
            'dns_record.client_routing_policy': policy,
            'load_balancing.cross_zone.enabled': String(crossZone),
          },
        },
      )
      const group = world.targetGroup(provider.vpc, name, 8080, {
        healthCheck: { ...provider.group.healthCheck, ...checks },
      })
      for (const target of targets) world.target(group, target, healthSlot++)
      world.listener(loadBalancer, group, 80)
      const endpoint = world.endpoint(
        world.service(loadBalancer, name),
        [
          { subnet: consumer.subnet, ip: `10.0.1.${n + 100}` },
          { subnet: consumerB, ip: `10.0.2.${n + 100}` },
        ],
        [consumer.endpointSg],
      )
      const title = `${policy.replace('_availability_zone', '').replace('availability_zone', 'full').replaceAll('_', ' ')}, cross-zone ${crossZone ? 'on' : 'off'}`
      return { title, policy, crossZone, loadBalancer, endpoint }
    }),
  )
  return { cases, targets, clients }
}

export interface ZoneStage {
  readonly link: Link
  readonly cases: readonly Case[]
  readonly streams: readonly Stream[]
  /** By zone. */
  readonly targets: Readonly<Record<'a' | 'b', readonly Instance[]>>
  /** In the order in which they began, so far. */
  attemptsOf(stream: Stream): readonly ZoneAttempt[]
}

/** All targets healthy and the load running. */
export async function aZoneStage(t: TestContext, perSecond: number, timeoutMs: number): Promise<ZoneStage> {
  const link = await aLink(t, addCases)
  const { cases, targets, clients } = link.more
  await Promise.all(
    targets.map(async (target) => (await link.resident(target)).serve(8080, target.availabilityZone.at(-1) ?? '')),
  )
  // Each of the six groups, and the one that the world comes with, which has two.
  await link.untilTargets('healthy', cases.length * targets.length + 2)

  const attempts = new Map<string, ZoneAttempt[]>()
  const streams = cases.flatMap((of, n) =>
    (['a', 'b'] as const).flatMap((clientZone) =>
      (['regional', 'zonal a', 'zonal b', 'load balancer'] as const).map(
        (kind): Stream => ({ key: `${n} ${clientZone} ${kind}`, kind, clientZone, of }),
      ),
    ),
  )
  const children: ChildProcess[] = []
  t.after(() => {
    for (const child of children) child.kill('SIGKILL')
  })
  const start = (instance: Instance, some: readonly Stream[]): void => {
    const words = some.flatMap((stream) => [stream.key, nameOf(stream), '80'])
    const argv = [process.execPath, loadProgram, '10.0.0.2', String(perSecond), String(timeoutMs), ...words]
    const [program = '', ...rest] = inNetns(instanceNetns(link.host.name, instance.instanceId), argv)
    const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] })
    children.push(child)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const attempt = JSON.parse(line) as ZoneAttempt
      const known = attempts.get(attempt.stream)
      if (known) known.push(attempt)
      else attempts.set(attempt.stream, [attempt])
    })
  }
  for (const zone of ['a', 'b'] as const) {
    const own = streams.filter(({ clientZone }) => clientZone === zone)
    start(
      clients[zone].outside,
      own.filter(({ kind }) => kind !== 'load balancer'),
    )
    start(
      clients[zone].inside,
      own.filter(({ kind }) => kind === 'load balancer'),
    )
  }
  const inZone = (letter: string) => targets.filter(({ availabilityZone }) => availabilityZone.endsWith(letter))
  return {
    link,
    cases,
    streams,
    targets: { a: inZone('a'), b: inZone('b') },
    attemptsOf: ({ key }) => (attempts.get(key) ?? []).toSorted((a, b) => a.at - b.at),
  }
}

function nameOf({ kind, of: { endpoint, loadBalancer } }: Stream): string {
  if (kind === 'regional') return regionalDnsName(endpoint)
  if (kind === 'load balancer') return loadBalancer.dnsName
  return zonalDnsName(endpoint, `us-east-1${kind.at(-1)}`)
}

/** An instance loses its power: whatever is sent to it is lost, in silence. @returns what gives it back */
export async function cutPower({ link }: ZoneStage, instances: readonly Instance[]): Promise<() => Promise<void>> {
  const each = async (...argv: readonly string[]): Promise<void> => {
    const results = await Promise.all(instances.map(({ instanceId }) => link.host.inside(instanceId, 'nft', ...argv)))
    for (const { exitCode, stderr } of results) assert.equal(exitCode, 0, stderr)
  }
  await each(
    'add table inet dark; add chain inet dark powerless { type filter hook input priority -300; policy drop; }',
  )
  return () => each('delete table inet dark')
}
