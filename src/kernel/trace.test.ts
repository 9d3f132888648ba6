import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aWorld } from '../../test/support/world.ts'
import { compileProgram } from '../plan/compile.ts'
import { diff } from '../plan/diff.ts'
import { FakeKernel } from './fake.ts'
import { evaluateRule, type FakePacket } from './fake-rule.ts'
import { trace } from './trace.ts'

const built = (world: ReturnType<typeof aWorld>['world']): FakeKernel => {
  const kernel = new FakeKernel()
  kernel.apply(diff(compileProgram(world.snapshot(), new Map(), { name: 't' }), kernel.observed))
  return kernel
}
const told = (kernel: FakeKernel, packet: string): string => {
  const result = trace(kernel, packet)
  return result.outcome === 'arrives' ? `${result.source} > ${result.destination}` : `dropped: ${result.reason}`
}

test('an endpoint leads to the target of its zone, which sees the load balancer', () => {
  const { world, consumer, provider } = aWorld()
  const result = trace(built(world), `tcp 10.0.1.10:40000 > 10.0.1.50:80 in ${consumer.vpc.vpcId}`)
  assert.equal(result.outcome, 'arrives')
  assert.ok(result.outcome === 'arrives' && result.netns.endsWith(provider.targets[0].instanceId))
  assert.equal(`${result.source} > ${result.destination}`, '10.0.1.5:40000 > 10.0.1.10:8080')
  assert.deepEqual(
    result.hops.map(({ netns }) => netns),
    [`up.t.${consumer.vpc.vpcId}`, `up.t.${provider.vpc.vpcId}`, `up.t.${provider.targets[0].instanceId}`],
  )
})

test('refusals have their reasons', () => {
  const { world, consumer } = aWorld()
  const kernel = built(world)
  const vpc = consumer.vpc.vpcId
  assert.equal(told(kernel, `tcp 10.0.1.10:40000 > 10.0.1.50:81 in ${vpc}`), 'dropped: endpoint-unavailable')
  assert.equal(told(kernel, `tcp 10.0.1.10:40000 > 10.0.1.99:80 in ${vpc}`), 'dropped: no-route')
  world.put('vpc-endpoint', { ...consumer.endpoint, state: 'pendingAcceptance' })
  assert.equal(told(built(world), `tcp 10.0.1.10:40000 > 10.0.1.50:80 in ${vpc}`), 'dropped: endpoint-unavailable')
})

test('a sender that uses another address than its own is refused', () => {
  const { world, consumer } = aWorld()
  const snapshot = world.snapshot()
  const eni = snapshot.resources['network-interface'].get(consumer.client.networkInterfaceId)
  const via = `e-${eni?.networkInterfaceId.slice(4, 17)}`
  assert.equal(
    told(built(world), `tcp 10.0.1.77:40000 > 10.0.1.50:80 in ${consumer.vpc.vpcId} via ${via}`),
    'dropped: spoofed-source',
  )
})

test('a network ACL stands at the border of its subnet, for what enters and for what leaves', () => {
  const { world, consumer } = aWorld()
  const away = world.subnet(consumer.vpc, 'away', '10.0.3.0/24', 'a')
  world.instance(away, '10.0.3.10', [consumer.clientSg])
  const vpc = consumer.vpc.vpcId
  const fromAway = `tcp 10.0.3.10:40000 > 10.0.1.50:80 in ${vpc}`
  assert.match(told(built(world), fromAway), /> 10\.0\.1\.10:8080$/)
  world.acl(consumer.vpc, 'home', [{ egress: true }], [consumer.subnet])
  assert.equal(told(built(world), fromAway), 'dropped: network-acl-ingress')
  assert.match(told(built(world), `tcp 10.0.1.10:40000 > 10.0.1.50:80 in ${vpc}`), /> 10\.0\.1\.10:8080$/)
  assert.equal(
    told(built(world), `udp 10.0.3.10:40000 > 10.0.0.2:53 in ${vpc}`),
    `${consumer.vpc.fabricIp}:40000 > 240.0.0.1:53`,
  )
  world.acl(consumer.vpc, 'away', [{}], [away])
  assert.equal(told(built(world), fromAway), 'dropped: network-acl-egress')
})

test('between a node and a target in another subnet, the lists see the address of the node', () => {
  const { world, provider, consumer } = aWorld()
  const outside = world.subnet(provider.vpc, 'outside', '10.0.3.0/24', 'a')
  const target = world.instance(outside, '10.0.3.10', [provider.targetGroupSg])
  world.target(provider.group, target, 7)
  world.delete('target', provider.registrations[0]?.targetKey ?? '')
  const packet = `tcp 10.0.1.10:40000 > 10.0.1.50:80 in ${consumer.vpc.vpcId}`
  const only = (cidrBlock: string) => world.acl(provider.vpc, 'outside', [{ cidrBlock }, { egress: true }], [outside])
  only('10.0.1.5/32')
  assert.equal(told(built(world), packet), '10.0.1.5:40000 > 10.0.3.10:8080')
  only('10.0.1.10/32')
  assert.equal(told(built(world), packet), 'dropped: network-acl-ingress')
  only('0.0.0.0/0')
  world.acl(provider.vpc, 'nodes', [{}], [provider.subnets[0]])
  assert.equal(told(built(world), packet), 'dropped: network-acl-egress')
})

test("a load balancer's groups refuse a consumer in the consumer's VPC, and a client of its own in its own", () => {
  const { world, provider, consumer } = aWorld()
  const everything = { ipProtocol: '-1', fromPort: -1, toPort: -1, cidrIpv4: '0.0.0.0/0' }
  const nlb = world.group(provider.vpc, 'nlb', [{ cidrIpv4: '10.0.1.77/32' }, { ...everything, isEgress: true }])
  world.put('load-balancer', { ...provider.loadBalancer, securityGroupIds: [nlb.groupId] })
  const insiders = world.group(provider.vpc, 'insiders', [{ ...everything, isEgress: true }])
  for (const ip of ['10.0.1.77', '10.0.1.78']) world.instance(provider.subnets[0], ip, [insiders])
  const kernel = built(world)
  const refused = 'dropped: load-balancer-security-group'
  assert.equal(told(kernel, `tcp 10.0.1.10:40000 > 10.0.1.50:80 in ${consumer.vpc.vpcId}`), refused)
  assert.equal(told(kernel, `tcp 10.0.1.78:40000 > 10.0.1.5:80 in ${provider.vpc.vpcId}`), refused)
  assert.equal(
    told(kernel, `tcp 10.0.1.77:40000 > 10.0.1.5:80 in ${provider.vpc.vpcId}`),
    '10.0.1.77:40000 > 10.0.1.10:8080',
  )
})

test('an interface is reached at its secondary addresses, and may send from them', () => {
  const { world, consumer } = aWorld()
  const eni = world.snapshot().resources['network-interface'].get(consumer.client.networkInterfaceId)
  assert.ok(eni)
  world.put('network-interface', { ...eni, secondaryPrivateIps: ['10.0.1.200'] })
  const kernel = built(world)
  const vpc = consumer.vpc.vpcId
  assert.equal(told(kernel, `tcp 10.0.1.200:40000 > 10.0.1.50:80 in ${vpc}`), '10.0.1.5:40000 > 10.0.1.10:8080')
  assert.equal(told(kernel, `tcp 10.0.1.10:40000 > 10.0.1.200:22 in ${vpc}`), 'dropped: security-group-ingress')
})

test('names are asked at the agent, from an address that tells the VPC', () => {
  const { world, consumer } = aWorld()
  assert.equal(
    told(built(world), `udp 10.0.1.10:40000 > 10.0.0.2:53 in ${consumer.vpc.vpcId}`),
    `${consumer.vpc.fabricIp}:40000 > 240.0.0.1:53`,
  )
})

test('the agent reaches a target through its health slot, under the address of the node', () => {
  const { world, provider } = aWorld()
  const nodeId = provider.loadBalancer.zones[0]?.networkInterfaceId ?? ''
  const node = world.snapshot().resources['network-interface'].get(nodeId)
  assert.equal(
    told(built(world), `tcp 240.0.0.1:40000 > ${node?.fabricIp}:1 in fabric`),
    '10.0.1.5:40000 > 10.0.1.10:8080',
  )
})

const aPacket = (more: Partial<FakePacket> = {}): FakePacket => ({
  protocol: 'tcp',
  saddr: '10.0.1.10',
  sport: 40000,
  daddr: '10.0.1.50',
  dport: 443,
  iifname: 'e-1',
  oifname: 'fab0',
  original: { daddr: '10.0.1.50', dport: 443 },
  isDnatted: false,
  mark: 0,
  ...more,
})
const sets = new Map([
  ['members', new Map([['10.0.1.10', '']])],
  ['blocks', new Map([['10.2.0.0/16', '']])],
  ['listeners', new Map([['10.0.1.50 . tcp . 443', '240.0.0.17 . 8443']])],
])
const tables = { set: (name: string) => sets.get(name) }

for (const { rule, packet = {}, verdict } of [
  { rule: 'ip saddr 10.0.0.0/16 th dport 400-500 accept', verdict: 'accept' },
  { rule: 'ip saddr 10.0.0.0/16 th dport 400-442 accept', verdict: undefined },
  { rule: 'ip saddr @members drop', verdict: 'drop' },
  { rule: 'ip saddr != @members drop', verdict: undefined },
  { rule: 'ip saddr @blocks drop', packet: { saddr: '10.2.9.9' }, verdict: 'drop' },
  { rule: 'udp dport 443 accept', verdict: undefined },
  {
    rule: 'meta l4proto icmp icmp type 8 accept',
    packet: { protocol: 'icmp', icmp: { type: 8, code: 0 } },
    verdict: 'accept',
  },
  { rule: 'ct state established accept', verdict: undefined },
  { rule: 'ct state { established, new } accept', verdict: 'accept' },
  { rule: 'ct state established,related accept', verdict: undefined },
  { rule: '@th,104,8 & 0x02 == 0x00 accept', verdict: undefined },
  { rule: 'ct status & dnat == 0 drop', packet: { isDnatted: true }, verdict: undefined },
  { rule: 'ct mark 0x1 accept', packet: { mark: 1 }, verdict: 'accept' },
  { rule: 'dnat ip to ip daddr . meta l4proto . th dport map @listeners', verdict: 'accept' },
  { rule: 'dnat ip to ip daddr . meta l4proto . th dport map @listeners', packet: { dport: 1 }, verdict: undefined },
  { rule: 'jhash ip saddr . th sport mod 1 seed 0x12 vmap { 0 : drop }', verdict: 'drop' },
] as const) {
  test(`rule «${rule}» on ${JSON.stringify(packet)}: ${verdict ?? 'goes on'}`, () => {
    assert.equal(evaluateRule(rule, aPacket(packet), tables).verdict?.kind, verdict)
  })
}

test('a statement that the fake kernel does not know is an error, not a match', () => {
  assert.throws(() => evaluateRule('fib daddr type local accept', aPacket(), tables), /does not understand «fib/)
  assert.throws(() => evaluateRule('ip saddr @nowhere accept', aPacket(), tables), /no such set/)
})

test('what refers to nothing is refused, and the kernel stays as it was', () => {
  const { world } = aWorld()
  const kernel = built(world)
  const before = [...kernel.observed.keys()]
  const set = [...kernel.observed.values()].find(({ object }) => object.kind === 'nft-set')
  assert.ok(set)
  assert.throws(
    () => kernel.apply({ revision: 9, steps: [{ do: 'delete', object: set.object, owner: 'x' }] }),
    /No such file or directory/,
  )
  assert.deepEqual([...kernel.observed.keys()], before)
})
