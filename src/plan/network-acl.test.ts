import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aWorld } from '../../test/support/world.ts'
import type { NetworkAclEntry } from '../resource/network-acl.ts'
import { compileProgram } from './compile.ts'
import { set, vpcNetns } from './names.ts'
import { aclOfSubnets, isOpen } from './network-acl.ts'
import type { KernelObject } from './program.ts'

const tcp = (from: number, to = from): Partial<NetworkAclEntry> => ({ protocol: '6', ports: { from, to } })
const deny = { ruleAction: 'deny' } as const

/** The chains and elements that lists make in the consumer's VPC, whose one subnet has the entries. */
function compiled(entries: readonly Partial<NetworkAclEntry>[]) {
  const { world, consumer, provider } = aWorld()
  const acl = world.acl(consumer.vpc, 'mine', entries, [consumer.subnet])
  const objects: KernelObject[] = [
    ...compileProgram(world.snapshot(), new Map(), { name: 't' }).fragments.values(),
  ].flat()
  const netns = vpcNetns('t', consumer.vpc.vpcId)
  const chains = new Map(
    objects.flatMap((o) => (o.kind === 'nft-chain' && o.netns === netns ? [[o.name, o.rules]] : [])),
  )
  const elements = objects.flatMap((o) =>
    o.kind === 'nft-element' && o.netns === netns && o.set.startsWith('acl-')
      ? [`${o.set} ${o.element} ${o.value}`]
      : [],
  )
  const elsewhere = objects.some((o) => o.kind === 'nft-chain' && o.netns !== netns && o.name.startsWith('acl-'))
  return { acl, chains, elements, elsewhere, subnetId: consumer.subnet.subnetId, provider }
}

for (const { what, entries, open } of [
  { what: 'everything', entries: [{}], open: true },
  { what: 'nothing', entries: [], open: false },
  { what: 'something before everything', entries: [tcp(80), {}], open: true },
  { what: 'all but something', entries: [{ ...tcp(80), ...deny }, {}], open: false },
  { what: 'everything, then not something', entries: [{}, { ...tcp(80), ...deny }], open: true },
  { what: 'by number, not by order', entries: [{ ...deny, ruleNumber: 300 }, { ruleNumber: 200 }], open: true },
  { what: 'IPv6 only', entries: [{ cidrBlock: undefined, ipv6CidrBlock: '::/0' } as never], open: false },
]) {
  test(`a list that allows ${what} is ${open ? '' : 'not '}open`, () => {
    const { acl } = compiled(entries)
    assert.equal(isOpen(acl, 'in'), open)
  })
}

test('a list that refuses nothing has no chain and no hook', () => {
  const { chains, elements } = compiled([{}, { egress: true }])
  assert.deepEqual([elements, [...chains.keys()].filter((name) => name.startsWith('acl-'))], [[], []])
})

test('entries become rules in the order of their numbers, and the last refuses', () => {
  const { acl, chains } = compiled([
    { ...tcp(443), ruleNumber: 200, cidrBlock: '10.0.3.0/24' },
    { ...tcp(1024, 65535), ruleNumber: 100, ...deny },
    { protocol: '1', icmp: { type: 8, code: -1 }, ruleNumber: 300 },
    { protocol: '17', ports: { from: 0, to: 65535 }, ruleNumber: 400 },
    { protocol: '47', ruleNumber: 500 },
    { egress: true },
  ])
  assert.deepEqual(chains.get(`${acl.networkAclId}-in`), [
    'meta l4proto tcp th dport 1024-65535 counter name drop-network-acl-ingress drop',
    'meta l4proto tcp th dport 443 ip saddr 10.0.3.0/24 return',
    'meta l4proto icmp icmp type 8 return',
    'meta l4proto udp return',
    'meta l4proto 47 return',
    'counter name drop-network-acl-ingress drop',
  ])
  assert.equal(chains.has(`${acl.networkAclId}-out`), false, 'the other direction is open')
})

test('a subnet is found by its block, and what stays within it is left alone', () => {
  const { chains, elements, subnetId, elsewhere } = compiled([{ egress: true }])
  assert.deepEqual(elements.sort(), [
    `${set.aclIngress} 10.0.1.0/24 jump ${subnetId}-in-direct`,
    `${set.aclIngressFromNode} 10.0.1.0/24 jump ${subnetId}-in-node`,
  ])
  assert.equal(chains.get(`${subnetId}-in-direct`)?.[0], 'ip saddr 10.0.1.0/24 return')
  assert.equal(chains.get(`${subnetId}-in-node`)?.[0], 'ct original ip daddr 10.0.1.0/24 return')
  assert.equal(elsewhere, false, "another VPC's packets are not asked")
})

test("a node's fabric address is in the node's subnet", () => {
  const { world, provider } = aWorld()
  world.acl(provider.vpc, 'nodes', [{}], [provider.subnets[0]])
  const netns = vpcNetns('t', provider.vpc.vpcId)
  const node = world
    .snapshot()
    .resources['network-interface'].get(provider.loadBalancer.zones[0]?.networkInterfaceId ?? '')
  const objects: KernelObject[] = [
    ...compileProgram(world.snapshot(), new Map(), { name: 't' }).fragments.values(),
  ].flat()
  const elements = objects.flatMap((o) =>
    o.kind === 'nft-element' && o.netns === netns && o.set === set.aclEgress ? [o.element] : [],
  )
  assert.deepEqual(elements, ['10.0.1.0/24', node?.fabricIp])
})

test('the established path does not know of lists', () => {
  const rulesOf = (entries: readonly Partial<NetworkAclEntry>[]) => compiled(entries).chains.get('admit')
  assert.deepEqual(rulesOf([]), rulesOf([{}, { egress: true }]))
})

test('a subnet that no list names belongs to the default one', () => {
  const { world, provider } = aWorld()
  const [a, b] = provider.subnets
  const named = world.acl(provider.vpc, 'named', [], [a])
  const byDefault = world.acl(provider.vpc, 'default', [{}, { egress: true }], [])
  const acls = aclOfSubnets([byDefault, named], [a, b])
  assert.deepEqual([acls.get(a.subnetId), acls.get(b.subnetId)], [named, byDefault])
})
