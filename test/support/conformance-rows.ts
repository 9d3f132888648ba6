/**
 * The rows of the conformance table that need no more than one listener each: what a packet meets, on the kernel's path and
 * on the relay's where both exist. docs/conformance.md says what each of them proves.
 */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { vpcNetns } from '../../src/plan/names.ts'
import type { TargetGroup } from '../../src/resource/target-group.ts'
import { farewell, httpsPort, type ToldTarget } from './conformance-server.ts'
import {
  endpointIp,
  forbiddenPorts,
  nodeIp,
  type Path,
  type Published,
  type Stage,
  type Wish,
} from './conformance-stage.ts'
import { eventually } from './kernel-agent.ts'
import { isDropped, passes, silenceMs, untilCut } from './kernel-link.ts'
import type { Resident } from './session-resident.ts'

export interface Row {
  readonly name: string
  readonly paths: readonly Path[]
  run(stage: Stage, path: Path): Promise<void>
}

const both: readonly Path[] = ['kernel', 'relay']
const kernel: readonly Path[] = ['kernel']

const answers = async (by: Resident, ip: string, { port }: Pick<Published, 'port'>): Promise<string> =>
  (await passes(`${ip}:${port}`, () => by.ask(ip, port, silenceMs))).name

/** Asks until all of them have answered and nobody else does. */
async function areAnswering(by: Resident, ip: string, port: number, names: readonly string[]): Promise<void> {
  const wanted = [...names].sort().join()
  let seen = ''
  await eventually(`answers of ${wanted} and nobody else`, async () => {
    const { answers, errors } = await by.askMany(ip, port, 40, 8)
    seen = `${Object.keys(answers).sort()} ${Object.keys(errors)}`
    return seen.trim() === wanted
  }).catch((error: Error) => {
    throw new Error(`${error.message}: ${seen}`)
  })
}

const nameOf = ({ privateIp }: { readonly privateIp: string }, port = 8080): string => `${privateIp}:${port}`
const inNames = (...attributes: readonly string[]): Record<string, string> =>
  Object.fromEntries(attributes.map((each) => each.split('=') as [string, string]))

/** The state and reason that a group's targets come to. */
async function comesTo(
  stage: Stage,
  wish: Wish,
  state: string,
  reason?: string,
  description?: string | RegExp,
): Promise<void> {
  const { targets } = await stage.publish('kernel', wish)
  const key = targets[0]?.targetKey ?? ''
  const report = await eventually(`${state} ${reason ?? ''}`, () => {
    const known = stage.host.health.get(key)
    return known?.state === state ? known : undefined
  })
  assert.equal(report.reason, reason)
  if (typeof description === 'string') assert.equal(report.description, description)
}

const held = (path: Path, what: string): string => `${what} ${path}`

const protocols: readonly Row[] = [
  {
    name: 'TCP goes there and back, in bulk as well',
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const published = await stage.publish(path)
      await answers(client, endpointIp, published)
      await client.open(held(path, 'bulk'), endpointIp, published.port)
      const line = 'x'.repeat(200_000)
      assert.equal((await client.say(held(path, 'bulk'), line)).answer, line)
    },
  },
  {
    name: 'one side ends, the other goes on',
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const published = await stage.publish(path)
      await answers(client, endpointIp, published)
      const script = `const s = require('node:net').connect(${published.port}, '${endpointIp}', () => s.end('last words\\n')); s.pipe(process.stdout)`
      const { stdout } = await stage.host.inside(client.machine.instanceId, process.execPath, '-e', script)
      assert.equal(stdout, `last words\n${farewell}\n`)
    },
  },
  {
    name: 'UDP goes there and back, and the target sees the node',
    paths: kernel,
    async run(stage) {
      const { client } = stage.clients
      const { port } = await stage.publish('kernel', { group: { protocol: 'UDP' }, listener: { protocol: 'UDP' } })
      const { target } = await passes('UDP', () => client.askUdp(endpointIp, port, silenceMs))
      assert.match(target.remote, /^10\.0\.1\.5:/)
      await isDropped(stage, stage.consumer.vpc.vpcId, 'endpoint-unavailable', () =>
        client.ask(endpointIp, port, silenceMs),
      )
    },
  },
  {
    name: 'TCP_UDP: one port for both',
    paths: kernel,
    async run(stage) {
      const { client } = stage.clients
      const wish = { group: { protocol: 'TCP_UDP' }, listener: { protocol: 'TCP_UDP' } } as const
      const published = await stage.publish('kernel', wish)
      assert.equal(await answers(client, endpointIp, published), nameOf(stage.a))
      await passes('UDP', () => client.askUdp(endpointIp, published.port, silenceMs))
    },
  },
]

const targets: readonly Row[] = [
  {
    name: 'a target of type ip',
    paths: both,
    async run(stage, path) {
      const { client, insider } = stage.clients
      const published = await stage.publish(path, {
        group: { targetType: 'ip' },
        targets: [{ instance: stage.a2, more: { id: stage.a2.privateIp } }],
      })
      assert.equal(await answers(client, endpointIp, published), nameOf(stage.a2))
      assert.equal(await answers(insider, nodeIp, published), nameOf(stage.a2))
    },
  },
  {
    name: 'one target at two ports, each its own',
    paths: both,
    async run(stage, path) {
      const { port } = await stage.publish(path, {
        targets: [
          { instance: stage.a, port: 8080 },
          { instance: stage.a, port: 8081 },
        ],
      })
      await areAnswering(stage.clients.client, endpointIp, port, [nameOf(stage.a), nameOf(stage.a, 8081)])
    },
  },
  {
    name: 'one target in two groups, and then in one',
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const first = await stage.publish(path)
      const second = await stage.publish(path)
      await answers(client, endpointIp, first)
      await answers(client, endpointIp, second)
      await client.open(held(path, 'second group'), endpointIp, second.port)
      await stage.host.apply(() => {
        for (const { targetKey } of first.targets) stage.world.delete('target', targetKey)
      })
      await eventually(
        'the first group to have no target',
        async () => (await client.ask(endpointIp, first.port, silenceMs)).error,
      )
      assert.equal(await answers(client, endpointIp, second), nameOf(stage.a))
      assert.equal((await client.say(held(path, 'second group'), 'on')).answer, 'on')
    },
  },
  {
    name: 'a target of type alb: another load balancer, by its address',
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const behind = await stage.publish('kernel', { targets: [{ instance: stage.a2 }] })
      const front = await stage.publish(path, {
        group: { targetType: 'alb' },
        targets: [
          {
            instance: stage.a2,
            port: behind.port,
            more: { id: stage.provider.loadBalancer.loadBalancerArn, ip: nodeIp },
          },
        ],
        loadBalancer: stage.more.front,
      })
      assert.equal(await answers(client, stage.more.frontIp, front), nameOf(stage.a2))
    },
  },
  {
    name: 'a target that is its own client',
    paths: both,
    async run(stage, path) {
      const published = await stage.publish(path)
      assert.equal(await answers(stage.clients.hairpin, nodeIp, published), nameOf(stage.a))
    },
  },
  {
    name: 'weighted groups, and a weight of nothing',
    paths: both,
    async run(stage, path) {
      const first = await stage.publish(path)
      const second = await stage.publish(path, { targets: [{ instance: stage.a2 }] })
      await stage.untilAll(first, 'healthy')
      await stage.untilAll(second, 'healthy')
      const weigh = (a: number, b: number) =>
        stage.host.put('listener', {
          ...first.listener,
          weightedTargetGroups: [
            { targetGroupArn: first.group.targetGroupArn, weight: a },
            { targetGroupArn: second.group.targetGroupArn, weight: b },
          ],
        })
      for (const [a, b, names] of [
        [1, 1, [nameOf(stage.a), nameOf(stage.a2)]],
        [0, 1, [nameOf(stage.a2)]],
      ] as const) {
        assert.deepEqual((await weigh(a, b)).failures, [])
        await areAnswering(stage.clients.client, endpointIp, first.port, names)
      }
    },
  },
]

const pair = ({ a, a2 }: Stage): Wish['targets'] => [{ instance: a }, { instance: a2 }]
const threshold = (action: string, unit: string): string =>
  `target_group_health.${action}.minimum_healthy_targets.${unit}`

const attributes: readonly Row[] = [
  {
    name: "the client's address: kept inside the VPC unless switched off, never through PrivateLink",
    paths: both,
    async run(stage, path) {
      const { client, insider } = stage.clients
      const remoteOf = async (by: Resident, ip: string, { port }: Published): Promise<ToldTarget> =>
        (await passes(`${ip}:${port}`, () => by.ask(ip, port, silenceMs))).target as ToldTarget
      const kept = await stage.publish(path)
      const hidden = await stage.publish(path, { group: { attributes: inNames('preserve_client_ip.enabled=false') } })
      const seen = {
        kept: await remoteOf(insider, nodeIp, kept),
        hidden: await remoteOf(insider, nodeIp, hidden),
        endpoint: await remoteOf(client, endpointIp, kept),
      }
      // Behind the relay the packets are the node's; whose connection it is stands in the header.
      assert.match(seen.kept.remote, path === 'kernel' ? /^10\.0\.1\.77:/ : /^10\.0\.1\.5:/)
      assert.match(seen.hidden.remote, /^10\.0\.1\.5:/)
      assert.match(seen.endpoint.remote, /^10\.0\.1\.5:/)
      const sources = Object.values(seen).map(({ headerSource }) => headerSource?.split(':')[0])
      const inHeader = ['10.0.1.77', '10.0.1.77', '10.0.1.10']
      assert.deepEqual(sources, path === 'relay' ? inHeader : inHeader.map(() => undefined))
    },
  },
  {
    name: 'cross-zone balancing of the group wins over that of the load balancer',
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const everywhere = [{ instance: stage.a }, { instance: stage.b }]
      const crossZone = 'load_balancing.cross_zone.enabled'
      const own = await stage.publish(path, { targets: everywhere })
      const wide = await stage.publish(path, {
        targets: everywhere,
        group: { attributes: inNames(`${crossZone}=true`) },
      })
      await areAnswering(client, endpointIp, own.port, [nameOf(stage.a)])
      await areAnswering(client, endpointIp, wide.port, [nameOf(stage.a), nameOf(stage.b)])
      await stage.change(wide, { attributes: inNames(`${crossZone}=false`) })
      await areAnswering(client, endpointIp, wide.port, [nameOf(stage.a)])
    },
  },
  {
    name: 'cross-zone balancing reaches the zones that the load balancer is in, and no other',
    paths: kernel,
    async run(stage) {
      const { client } = stage.clients
      const { port } = await stage.publish('kernel', {
        loadBalancer: stage.more.front,
        targets: [{ instance: stage.a }, { instance: stage.b }],
        group: { attributes: inNames('load_balancing.cross_zone.enabled=true') },
      })
      await areAnswering(client, stage.more.frontIp, port, [nameOf(stage.a)])
    },
  },
  {
    name: 'stickiness: a client comes to the same target every time',
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const published = await stage.publish(path, { targets: pair(stage) })
      await areAnswering(client, endpointIp, published.port, [nameOf(stage.a), nameOf(stage.a2)])
      await stage.change(published, { attributes: inNames('stickiness.enabled=true') })
      const { answers: tally, errors } = await client.askMany(endpointIp, published.port, 60, 8)
      assert.deepEqual([Object.keys(tally).length, errors], [1, {}])
    },
  },
  ...(['count', 'percentage'] as const).map(
    (unit): Row => ({
      name: `fewer healthy targets than the ${unit} for routing: all of them get connections`,
      paths: both,
      async run(stage, path) {
        const { client } = stage.clients
        // The second target's check goes where nobody listens: another group of it is what makes it ill.
        const least = unit === 'count' ? '2' : '51'
        const published = await stage.publish(path, {
          targets: [{ instance: stage.a }, { instance: stage.a2, port: 9 }],
        })
        const [well, ill] = published.targets
        await eventually('one to be healthy, one not', () => {
          const state = (key = '') => stage.host.health.get(key)?.state
          return state(well?.targetKey) === 'healthy' && state(ill?.targetKey) === 'unhealthy'
        })
        await areAnswering(client, endpointIp, published.port, [nameOf(stage.a)])
        await stage.change(published, { attributes: inNames(`${threshold('unhealthy_state_routing', unit)}=${least}`) })
        await eventually('the unhealthy one to be tried', async () => {
          const { answers: tally, errors } = await client.askMany(endpointIp, published.port, 20, 8)
          return Object.keys(tally).length === 1 && Object.keys(errors).length > 0
        })
      },
    }),
  ),
  {
    name: 'a target that turns unhealthy loses its connections, unless the group spares them',
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const spare = 'target_health_state.unhealthy.connection_termination.enabled=false'
      const cut = await stage.publish(path)
      const spared = await stage.publish(path, { group: { attributes: inNames(spare) } })
      for (const [name, published] of [
        ['cut', cut],
        ['spared', spared],
      ] as const) {
        await stage.untilAll(published, 'healthy')
        await answers(client, endpointIp, published)
        await client.open(held(path, name), endpointIp, published.port)
        await stage.change(published, { healthCheck: { ...published.group.healthCheck, port: '9' } })
      }
      await stage.untilAll(cut, 'unhealthy')
      await stage.untilAll(spared, 'unhealthy')
      assert.equal(await untilCut(client, held(path, 'cut')), 'ECONNRESET')
      assert.equal((await client.say(held(path, 'spared'), 'on')).answer, 'on')
    },
  },
  {
    name: 'or after an interval, for which it is unhealthy.draining',
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const published = await stage.publish(path, {
        group: {
          attributes: inNames(
            'target_health_state.unhealthy.connection_termination.enabled=false',
            'target_health_state.unhealthy.draining_interval_seconds=2',
          ),
        },
        // Well at first, and never again.
        healthCheck: { protocol: 'HTTP', path: `/script/drain-${path}/200,200,500` },
      })
      const name = held(path, 'drained')
      await answers(client, endpointIp, published)
      await client.open(name, endpointIp, published.port)
      await stage.untilAll(published, 'unhealthy.draining')
      assert.equal((await client.say(name, 'on')).answer, 'on')
      await stage.untilAll(published, 'unhealthy')
      assert.equal(await untilCut(client, name), 'ECONNRESET')
    },
  },
  {
    name: 'a deregistered target gets no new connection and keeps the old ones, until it is told to end them',
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const published = await stage.publish(path, { targets: pair(stage) })
      const names = [nameOf(stage.a), nameOf(stage.a2)]
      await areAnswering(client, endpointIp, published.port, names)
      const name = held(path, 'draining')
      const { name: who } = await client.open(name, endpointIp, published.port)
      const leaving = published.targets[names.indexOf(who)]
      assert.ok(leaving)
      await stage.host.put('target', { ...leaving, state: 'draining' })
      await areAnswering(
        client,
        endpointIp,
        published.port,
        names.filter((each) => each !== who),
      )
      assert.equal((await client.say(name, 'on')).answer, 'on')
      await stage.host.put('target', { ...leaving, state: 'draining', terminating: true })
      assert.equal(await untilCut(client, name), 'ECONNRESET')
    },
  },
  {
    name: 'idle for too long: the late packet is answered with a RST',
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const published = await stage.publish(path, { listener: { attributes: inNames('tcp.idle_timeout.seconds=2') } })
      await answers(client, endpointIp, published)
      const name = held(path, 'idle')
      await client.open(name, endpointIp, published.port)
      for (let i = 0; i < 4; i++) {
        await sleep(700)
        assert.equal((await client.say(name, 'busy')).answer, 'busy')
      }
      await sleep(4500)
      assert.equal((await client.say(name, 'late')).error, 'ECONNRESET')
    },
  },
]

const everyone = ({ a, a2 }: Stage): Wish => ({ targets: [{ instance: a }, { instance: a2 }] })
const check = (protocol: 'HTTP' | 'HTTPS', path: string, more: Partial<TargetGroup['healthCheck']> = {}): Wish => ({
  healthCheck: { protocol, path, ...(protocol === 'HTTPS' && { port: String(httpsPort) }), ...more },
})

const health: readonly Row[] = [
  {
    name: 'initial until the first result: Elb.InitialHealthChecking',
    paths: kernel,
    run: (stage) =>
      comesTo(
        stage,
        { healthCheck: { port: '9', unhealthyThresholdCount: 10, intervalSeconds: 300 } },
        'initial',
        'Elb.InitialHealthChecking',
      ),
  },
  {
    name: 'TCP refused: Target.FailedHealthChecks',
    paths: kernel,
    run: (stage) =>
      comesTo(stage, { healthCheck: { port: '9' } }, 'unhealthy', 'Target.FailedHealthChecks', 'Health checks failed'),
  },
  {
    name: 'HTTP without an answer: Target.Timeout',
    paths: kernel,
    run: (stage) => comesTo(stage, check('HTTP', '/silent'), 'unhealthy', 'Target.Timeout', 'Request timed out'),
  },
  {
    name: 'HTTP with another code: Target.ResponseCodeMismatch',
    paths: kernel,
    run: (stage) =>
      comesTo(
        stage,
        check('HTTP', '/status/503'),
        'unhealthy',
        'Target.ResponseCodeMismatch',
        'Health checks failed with these codes: [503]',
      ),
  },
  {
    name: 'HTTP with a code that the matcher has: healthy',
    paths: kernel,
    run: (stage) => comesTo(stage, check('HTTP', '/status/503', { matcherHttpCode: '200,500-503' }), 'healthy'),
  },
  {
    name: 'HTTPS, with a certificate that nobody trusts: healthy',
    paths: kernel,
    run: (stage) => comesTo(stage, check('HTTPS', '/'), 'healthy'),
  },
  {
    name: 'HTTPS with another code: Target.ResponseCodeMismatch',
    paths: kernel,
    run: (stage) => comesTo(stage, check('HTTPS', '/status/404'), 'unhealthy', 'Target.ResponseCodeMismatch'),
  },
  {
    name: 'HTTPS where plain HTTP is spoken: Target.FailedHealthChecks or Target.Timeout',
    paths: kernel,
    async run(stage) {
      const published = await stage.publish('kernel', { healthCheck: { protocol: 'HTTPS', path: '/' } })
      await stage.untilAll(published, 'unhealthy')
      const { reason = '' } = stage.host.health.get(published.targets[0]?.targetKey ?? '') ?? {}
      assert.ok(['Target.FailedHealthChecks', 'Target.Timeout'].includes(reason), reason)
    },
  },
  {
    name: 'thresholds: so many failures in a row, so many successes in a row',
    paths: kernel,
    async run(stage) {
      const codes = '200,500,200,500,500,200,200,500,200'
      const { targets: made } = await stage.publish('kernel', {
        healthCheck: {
          protocol: 'HTTP',
          path: `/script/thresholds/${codes}`,
          intervalSeconds: 0.5,
          timeoutSeconds: 0.4,
          unhealthyThresholdCount: 2,
          healthyThresholdCount: 3,
        },
      })
      const key = made[0]?.targetKey ?? ''
      const states: string[] = []
      // Healthy at once; one failure changes nothing, two in a row do; then two successes and a failure do not, three do.
      await eventually('healthy, unhealthy, healthy', () => {
        const state = stage.host.health.get(key)?.state
        if (state && state !== 'initial' && state !== states.at(-1)) states.push(state)
        return states.length === 3
      })
      assert.deepEqual(states, ['healthy', 'unhealthy', 'healthy'])
    },
  },
  {
    name: 'no healthy target anywhere: all of them get connections',
    paths: both,
    async run(stage, path) {
      const published = await stage.publish(path, { ...everyone(stage), healthCheck: { port: '9' } })
      await stage.untilAll(published, 'unhealthy')
      await areAnswering(stage.clients.client, endpointIp, published.port, [nameOf(stage.a), nameOf(stage.a2)])
    },
  },
]

const security: readonly Row[] = [
  {
    name: "an endpoint's security group decides by the client's address",
    paths: both,
    async run(stage, path) {
      const { client, neighbour } = stage.clients
      const { world, host, provider, consumer } = stage
      const published = await stage.publish(path)
      const ip = path === 'kernel' ? '10.0.1.60' : '10.0.1.61'
      await host.apply(() => {
        const narrow = world.group(consumer.vpc, `narrow-${path}`, [{ cidrIpv4: '10.0.1.10/32' }])
        world.endpoint(provider.service, [{ subnet: consumer.subnet, ip }], [narrow])
      })
      await answers(client, ip, published)
      await isDropped(stage, consumer.vpc.vpcId, 'security-group-ingress', () =>
        neighbour.ask(ip, published.port, silenceMs),
      )
    },
  },
  {
    name: "a target's security group must admit the node, not the consumer",
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const { world, host, provider } = stage
      const port = path === 'kernel' ? 8080 : 8081
      const regroup = (cidrIpv4: string) =>
        host.apply(() => {
          const { groupId } = world.group(provider.vpc, `guarded-target-${path}`, [{ cidrIpv4 }])
          const eni = world.snapshot().resources['network-interface'].get(guarded.networkInterfaceId)
          if (eni) world.put('network-interface', { ...eni, groupIds: [groupId] })
        })
      const guarded = path === 'kernel' ? stage.more.guarded[0] : stage.more.guarded[1]
      await regroup('10.0.1.10/32')
      const published = await stage.publish(path, { targets: [{ instance: guarded, port }] })
      await stage.untilAll(published, 'unhealthy')
      const before = await host.drops(provider.vpc.vpcId, 'security-group-ingress')
      assert.ok((await client.ask(endpointIp, published.port, silenceMs)).error)
      await eventually(
        'it to be counted',
        async () => (await host.drops(provider.vpc.vpcId, 'security-group-ingress')) > before,
      )
      await regroup('10.0.1.5/32')
      await stage.untilAll(published, 'healthy')
      assert.equal(await answers(client, endpointIp, published), nameOf(guarded, port))
    },
  },
  {
    name: "a network ACL of the client's subnet denies a port",
    paths: both,
    async run(stage, path) {
      const { afar } = stage.clients
      const open = await stage.publish(path)
      const port = forbiddenPorts.from + (path === 'kernel' ? 0 : 1)
      const forbidden = await stage.publish(path, { port })
      await answers(afar, endpointIp, open)
      await answers(stage.clients.client, endpointIp, forbidden)
      await isDropped(stage, stage.consumer.vpc.vpcId, 'network-acl-egress', () =>
        afar.ask(endpointIp, port, silenceMs),
      )
    },
  },
  {
    name: "the load balancer's security groups, enforced on PrivateLink by the client's address, and switched off",
    paths: both,
    async run(stage, path) {
      const { client, neighbour } = stage.clients
      const { world, host, provider, consumer } = stage
      const last = path === 'kernel' ? 70 : 71
      const ip = `10.0.1.${last}`
      let loadBalancer: Published['listener'] | undefined
      await host.apply(() => {
        const rules = [
          { cidrIpv4: '10.0.1.10/32' },
          { isEgress: true, ipProtocol: '-1', fromPort: -1, toPort: -1, cidrIpv4: '0.0.0.0/0' },
        ]
        const { groupId } = world.group(provider.vpc, `guard-${path}`, rules)
        const guarded = world.loadBalancer(
          `guarded-${path}`,
          [{ subnet: provider.subnets[0], ip: `10.0.1.${last + 10}` }],
          {
            securityGroupIds: [groupId],
          },
        )
        const node = world.snapshot().resources['network-interface'].get(guarded.zones[0]?.networkInterfaceId ?? '')
        if (node) world.put('network-interface', { ...node, groupIds: [groupId] })
        loadBalancer = stage.add(path, { loadBalancer: guarded, port: 80 }).listener
        const service = world.service(guarded, `guarded-${path}`)
        world.endpoint(service, [{ subnet: consumer.subnet, ip }], [consumer.endpointSg])
      })
      await answers(client, ip, { port: 80 })
      await isDropped(stage, consumer.vpc.vpcId, 'load-balancer-security-group', () => neighbour.ask(ip, 80, silenceMs))
      const known = world.snapshot().resources['load-balancer'].get(loadBalancer?.loadBalancerArn ?? '')
      assert.ok(known)
      await host.put('load-balancer', { ...known, enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off' })
      await answers(neighbour, ip, { port: 80 })
    },
  },
  {
    name: 'refused and counted: no such listener, no target, nobody with that address',
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const [far, near] = [stage.consumer.vpc.vpcId, stage.provider.vpc.vpcId]
      await isDropped(stage, far, 'endpoint-unavailable', () => client.ask(endpointIp, 4999, silenceMs))
      await isDropped(stage, far, 'no-route', () => client.ask('10.0.1.222', 80, silenceMs))
      const { port } = await stage.publish(path, { targets: [] })
      const before = await stage.host.drops(near, 'no-target')
      assert.ok((await client.ask(endpointIp, port, silenceMs)).error)
      await eventually('no-target to be counted', async () => (await stage.host.drops(near, 'no-target')) > before)
    },
  },
]

const changes: readonly Row[] = [
  {
    name: 'segments fit the path, whoever sends: MSS 8,460 at most',
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const published = await stage.publish(path, { targets: [{ instance: stage.a2 }] })
      await answers(client, endpointIp, published)
      const name = held(path, 'segments')
      await client.open(name, endpointIp, published.port)
      const line = 'x'.repeat(300_000)
      assert.equal((await client.say(name, line)).answer, line)
      for (const [instance, filter, most] of [
        // The relay's connection ends in the client's own VPC, whose links carry 9,001 bytes.
        [client.machine, `dport = :${published.port}`, path === 'kernel' ? 8448 : 8949],
        [stage.a2, 'sport = :8080', 8448],
      ] as const) {
        const argv = ['ss', '-Htin', 'state', 'established', `( ${filter} )`]
        const { stdout } = await stage.host.inside(instance.instanceId, ...argv)
        const sizes = [...stdout.matchAll(/\bmss:(\d+)/g)].map(([, size]) => Number(size))
        assert.ok(sizes.length > 0 && Math.max(...sizes) <= most, `${instance.instanceId}: ${sizes}`)
      }
    },
  },
  {
    name: 'a listener goes: nobody new comes in, who is in stays',
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const published = await stage.publish(path)
      await answers(client, endpointIp, published)
      const name = held(path, 'listener')
      await client.open(name, endpointIp, published.port)
      const { failures } = await stage.host.apply(() => stage.world.delete('listener', published.listener.listenerArn))
      assert.deepEqual(failures, [])
      await isDropped(stage, stage.consumer.vpc.vpcId, 'endpoint-unavailable', () =>
        client.ask(endpointIp, published.port, silenceMs),
      )
      assert.equal((await client.say(name, 'on')).answer, 'on')
    },
  },
  {
    name: 'an endpoint is rejected: its connections end, those of another do not',
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const { world, host, provider, consumer } = stage
      const published = await stage.publish(path)
      const ip = path === 'kernel' ? '10.0.1.62' : '10.0.1.63'
      const add = () => world.endpoint(provider.service, [{ subnet: consumer.subnet, ip }], [consumer.endpointSg])
      let endpoint: ReturnType<typeof add> | undefined
      await host.apply(() => {
        endpoint = add()
      })
      assert.ok(endpoint)
      await answers(client, ip, published)
      await client.open(held(path, 'rejected'), ip, published.port)
      await client.open(held(path, 'other'), endpointIp, published.port)
      await host.put('vpc-endpoint', { ...endpoint, state: 'rejected' })
      assert.equal(await untilCut(client, held(path, 'rejected')), 'ECONNRESET')
      await isDropped(stage, consumer.vpc.vpcId, 'endpoint-unavailable', () =>
        client.ask(ip, published.port, silenceMs),
      )
      assert.equal((await client.say(held(path, 'other'), 'on')).answer, 'on')
    },
  },
  {
    name: 'a UDP flow whose target is gone begins anew with another',
    paths: kernel,
    async run(stage) {
      const { client } = stage.clients
      const published = await stage.publish('kernel', {
        targets: pair(stage),
        group: { protocol: 'UDP' },
        listener: { protocol: 'UDP' },
      })
      await stage.untilAll(published, 'healthy')
      await passes('UDP', () => client.askUdp(endpointIp, published.port, silenceMs))
      const names = [nameOf(stage.a), nameOf(stage.a2)]
      const who = await client.openUdp('flow', endpointIp, published.port)
      for (let n = 0; n < 5; n++) assert.equal((await client.say('flow', `datagram ${n}`)).answer, who)
      const gone = published.targets[names.indexOf(who)]
      await stage.host.apply(() => stage.world.delete('target', gone?.targetKey ?? ''))
      await passes('the other target', async () => {
        const { answer } = await client.say('flow', `${Math.random()}`, silenceMs)
        return answer !== undefined && answer !== who ? { answer } : { error: `${answer}` }
      })
    },
  },
  {
    name: 'one load balancer of a service is swapped for another: who is in stays',
    paths: both,
    async run(stage, path) {
      const { client } = stage.clients
      const { world, host, provider, consumer } = stage
      const n = path === 'kernel' ? 90 : 94
      const made: string[] = []
      let service: ReturnType<typeof world.service> | undefined
      await host.apply(() => {
        const [old, next] = ['old', 'next'].map((name, i) => {
          const place = { subnet: provider.subnets[0], ip: `10.0.1.${n + i}` }
          const loadBalancer = world.loadBalancer(`${name}-${path}`, [place])
          const instance = i === 0 ? stage.a : stage.a2
          stage.add(path, { loadBalancer, port: 80, targets: [{ instance }] })
          made.push(loadBalancer.loadBalancerArn)
          return loadBalancer
        })
        assert.ok(old && next)
        service = world.service(old, `swapped-${path}`)
        world.endpoint(service, [{ subnet: consumer.subnet, ip: `10.0.1.${n + 2}` }], [consumer.endpointSg])
      })
      assert.ok(service)
      const ip = `10.0.1.${n + 2}`
      assert.equal(await answers(client, ip, { port: 80 }), nameOf(stage.a))
      await client.open(held(path, 'swapped'), ip, 80)
      for (const arns of [made, made.slice(1)]) {
        await host.put('endpoint-service', { ...service, networkLoadBalancerArns: arns })
        assert.equal((await client.say(held(path, 'swapped'), 'on')).answer, 'on')
      }
      await areAnswering(client, ip, 80, [nameOf(stage.a2)])
      assert.equal((await client.say(held(path, 'swapped'), 'on still')).answer, 'on still')
    },
  },
  {
    name: 'too few healthy targets for DNS: the zone leaves the name and comes back',
    paths: kernel,
    async run(stage) {
      const { client } = stage.clients
      const { world, host, provider } = stage
      let made: { readonly dnsName: string; readonly published: Published } | undefined
      await host.apply(() => {
        const loadBalancer = world.loadBalancer('names', [
          { subnet: provider.subnets[0], ip: '10.0.1.98' },
          { subnet: provider.subnets[1], ip: '10.0.2.98' },
        ])
        // Zone a has a healthy target and one that is not; zone b one that is.
        const published = stage.add('kernel', {
          loadBalancer,
          targets: [{ instance: stage.a }, { instance: stage.a2, port: 9 }, { instance: stage.b }],
        })
        made = { dnsName: loadBalancer.dnsName, published }
      })
      assert.ok(made)
      const { dnsName, published } = made
      const leadsTo = (addresses: readonly string[]) =>
        eventually(`the name to lead to ${addresses}`, async () => {
          const { answer } = await client.query({ server: '10.0.0.2', name: dnsName, transport: 'udp' })
          return answer?.addresses.join() === addresses.join()
        })
      await leadsTo(['10.0.1.98', '10.0.2.98'])
      await stage.change(published, { attributes: inNames(`${threshold('dns_failover', 'percentage')}=51`) })
      await leadsTo(['10.0.2.98'])
      await stage.change(published, { attributes: inNames(`${threshold('dns_failover', 'percentage')}=off`) })
      await leadsTo(['10.0.1.98', '10.0.2.98'])
    },
  },
]

/** Everything in the provider's namespace, for a row that fails. */
export const tableOf = async ({ host, provider }: Stage): Promise<string> =>
  (await host.inside(vpcNetns(host.name, provider.vpc.vpcId), 'nft', 'list', 'table', 'inet', 'underpass')).stdout

export const rows: readonly Row[] = [...protocols, ...targets, ...attributes, ...health, ...security, ...changes]
