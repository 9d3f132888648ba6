import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aWorld } from '../../test/support/world.ts'
import type { TargetHealthReport } from '../resource/target-group.ts'
import { regionalDnsName } from '../resource/vpc-endpoint.ts'
import { ExplainError, type ExplainSources, explainQuestion, parseQuestion } from './explain.ts'
import { createRoutes } from './routes.ts'

type World = ReturnType<typeof aWorld>

/** Asks about the client of the world; `looked` are the names that the host's resolver was asked for. */
function aControl({ world, consumer }: World, health: Readonly<Record<string, TargetHealthReport['state']>> = {}) {
  const looked: string[] = []
  const sources: ExplainSources = {
    snapshot: async () => world.snapshot(),
    routeTables: async () => [],
    targetHealth: (targetKey) => {
      const state = health[targetKey]
      return state && { state }
    },
    kernel: () => ({
      ...{ confirmedRevision: 1, isAgentConnected: true },
      failures: [
        { owner: `vpc-endpoint/${consumer.endpoint.vpcEndpointId}`, message: 'no room' },
        { owner: 'vpc/vpc-other', message: 'no room' },
      ],
    }),
    async lookup(name) {
      looked.push(name)
      return name === 'silent.example' ? undefined : name === 'known.example' ? ['192.0.2.7'] : []
    },
  }
  const ask = (to: string, port = 80) =>
    explainQuestion(sources, { from: consumer.client.instanceId, to, port, protocol: 'tcp' })
  return { ask, looked, sources }
}

test('an address: the paths, and of the failures of the kernel those that are on them', async () => {
  const given = aWorld()
  const answer = await aControl(given).ask('10.0.1.50')
  assert.equal(answer.attempts[0]?.paths[0]?.fate.outcome, 'connects')
  assert.equal(answer.name, undefined)
  assert.deepEqual(
    answer.basis.failures.map(({ owner }) => owner),
    [`vpc-endpoint/${given.consumer.endpoint.vpcEndpointId}`],
  )
  assert.equal(answer.basis.revision, given.world.snapshot().revision)
})

test('health is what the agent told of each target, at every node that uses it', async () => {
  const given = aWorld()
  const { provider, world } = given
  world.put('load-balancer', { ...provider.loadBalancer, attributes: { 'load_balancing.cross_zone.enabled': 'true' } })
  const [first, second] = provider.registrations
  const health = { [first?.targetKey ?? '']: 'unhealthy', [second?.targetKey ?? '']: 'healthy' } as const
  const { attempts } = await aControl(given, health).ask('10.0.1.50')
  const fates = attempts.flatMap(({ paths }) => paths.map(({ fate }) => fate))
  assert.deepEqual(fates, [{ outcome: 'connects', instanceId: provider.targets[1].instanceId }])
})

test("a name has the addresses that the VPC's resolver would give, and no other is asked for it", async () => {
  const given = aWorld()
  const { consumer, provider } = given
  const { ask, looked } = aControl(given)
  const own = await ask(`${regionalDnsName(consumer.endpoint).toUpperCase()}.`)
  assert.deepEqual([own.name?.addresses, own.attempts.map(({ ip }) => ip)], [['10.0.1.50'], ['10.0.1.50']])
  const balancer = await ask(provider.loadBalancer.dnsName)
  assert.deepEqual(balancer.name?.addresses, ['10.0.1.5', '10.0.2.5'])
  assert.deepEqual(
    balancer.attempts.map(({ paths }) => paths.map(({ fate }) => fate)),
    [[{ outcome: 'dropped', reason: 'no-route' }], [{ outcome: 'dropped', reason: 'no-route' }]],
  )
  const gone = await ask(`no-such.${provider.service.serviceId}.us-east-1.vpce.amazonaws.com`)
  assert.deepEqual([gone.name?.reason, gone.name?.isUpstream, gone.attempts], ['no-such-name', false, []])
  assert.deepEqual(looked, [])
})

test("any other name is the host's resolver's to answer", async () => {
  const { ask, looked } = aControl(aWorld())
  const known = await ask('known.example')
  assert.deepEqual([known.name?.isUpstream, known.attempts.map(({ ip }) => ip)], [true, ['192.0.2.7']])
  assert.equal((await ask('silent.example')).name?.reason, 'unanswered')
  assert.equal((await ask('absent.example')).name?.reason, 'no-such-name')
  assert.deepEqual(looked, ['known.example', 'silent.example', 'absent.example'])
})

test('a private name: its alias, and what is missing where it is not answered', async () => {
  const given = aWorld()
  const { world, consumer, provider } = given
  const { ask } = aControl(given)
  world.put('endpoint-service', { ...provider.service, privateDnsName: 'api.example' })
  assert.deepEqual((await ask('api.example')).name?.privateName, {
    ...{ vpcEndpointId: consumer.endpoint.vpcEndpointId, isEnabled: false, areHostnamesEnabled: false },
  })
  const privateDns = { name: 'api.example', hostedZoneId: 'Z1' }
  world.put('vpc-endpoint', { ...consumer.endpoint, privateDnsEnabled: true, privateDns })
  assert.equal((await ask('api.example')).name?.privateName?.isEnabled, true)
  world.put('vpc', { ...consumer.vpc, enableDnsHostnames: true })
  const { name } = await ask('api.example')
  assert.deepEqual([name?.alias, name?.addresses], [regionalDnsName(consumer.endpoint), ['10.0.1.50']])
  world.put('vpc', { ...consumer.vpc, enableDnsSupport: false })
  assert.equal((await ask('api.example')).name?.reason, 'dns-support-off')
})

test('questions that make no sense are answered with 400 and say what would', async () => {
  const given = aWorld()
  const { ask, sources } = aControl(given)
  const from = given.consumer.client.instanceId
  const routes = createRoutes({
    trustAnyCredentials: false,
    whois: async () => undefined,
    explain: (question) => explainQuestion(sources, question),
    readStatus: async () => ({}),
    reset: async () => {},
  })
  const get = (query: string) => routes('GET', '/_underpass/explain', query)
  assert.equal((await get(`from=${from}&to=10.0.1.50&port=80`))?.status, 200)
  const wrong = [
    ['', /from=/],
    ['from=i-0&to=10.0.1.50&port=80', /no instance i-0/],
    [`from=${from}&to=10.0.1.500&port=80`, /an address or a DNS name/],
    [`from=${from}&to=fd00::1::2&port=80`, /an address or a DNS name/],
    [`from=${from}&to=10.0.1.50&port=80x`, /1 to 65535/],
    [`from=${from}&to=10.0.1.50&port=80&protocol=icmp`, /tcp or udp/],
    [`from=${from}&to=10.0.0.2&port=53`, /is the resolver of vpc-/],
    [`from=${from}&to=${given.consumer.endpoint.vpcEndpointId}&port=80`, /give its address, 10\.0\.1\.50/],
  ] as const
  for (const [query, message] of wrong) {
    const answer = await get(query)
    assert.deepEqual([answer?.status, message.test(answer?.body ?? '')], [400, true], `${query}: ${answer?.body}`)
  }
  assert.throws(() => parseQuestion(`from=${from}&to=a..b&port=1`), ExplainError)
  given.world.put('instance', { ...given.consumer.client, state: 'stopped' })
  const stopped = await ask('no.such.name')
  assert.deepEqual(
    stopped.attempts[0]?.paths[0]?.steps.map(({ step, verdict }) => `${step} ${verdict}`),
    ['sender refuses'],
  )
})
