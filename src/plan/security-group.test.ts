import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SecurityGroupRule } from '../resource/security-group.ts'
import { admits, compileGroupSet, type Direction, interfaceGroupSet } from './security-group.ts'

const aRule = (rule: Partial<SecurityGroupRule>): SecurityGroupRule => ({
  securityGroupRuleId: 'sgr-0',
  groupId: 'sg-a',
  ownerId: '111111111111',
  isEgress: false,
  ipProtocol: 'tcp',
  fromPort: 443,
  toPort: 443,
  cidrIpv4: '10.0.0.0/16',
  tags: [],
  ...rule,
})
const compileGroupChain = (
  netns: string,
  direction: Direction,
  groupIds: readonly string[],
  rules: readonly SecurityGroupRule[],
) => compileGroupSet(netns, interfaceGroupSet(direction, groupIds, rules), new Map())
const noCidr = { cidrIpv4: undefined } as unknown as Partial<SecurityGroupRule>

for (const { rule, rendered } of [
  { rule: {}, rendered: 'meta l4proto tcp th dport 443 ip saddr 10.0.0.0/16 accept' },
  { rule: { fromPort: 1, toPort: 99 }, rendered: 'meta l4proto tcp th dport 1-99 ip saddr 10.0.0.0/16 accept' },
  { rule: { fromPort: 0, toPort: 65535, cidrIpv4: '0.0.0.0/0' }, rendered: 'meta l4proto tcp accept' },
  { rule: { ipProtocol: '-1', cidrIpv4: '0.0.0.0/0' }, rendered: 'accept' },
  {
    rule: { ipProtocol: 'icmp', fromPort: 8, toPort: -1 },
    rendered: 'meta l4proto icmp icmp type 8 ip saddr 10.0.0.0/16 accept',
  },
  { rule: { ipProtocol: '47', fromPort: -1, toPort: -1 }, rendered: 'meta l4proto 47 ip saddr 10.0.0.0/16 accept' },
  {
    rule: { ...noCidr, referencedGroupId: 'sg-b' },
    rendered: 'meta l4proto tcp th dport 443 ip saddr @sg-b-members accept',
  },
  { rule: { ...noCidr, cidrIpv6: '::/0' }, rendered: undefined },
  { rule: { isEgress: true }, rendered: undefined },
] as const) {
  test(`ingress rule ${JSON.stringify(rule)} is rendered as ${rendered ?? 'nothing'}`, () => {
    const { rules } = compileGroupChain('n', 'in', ['sg-a'], [aRule(rule as Partial<SecurityGroupRule>)])
    assert.deepEqual(rules, [...(rendered ? [rendered] : []), 'counter name drop-security-group-ingress drop'])
  })
}

test('egress speaks of the address that was dialled, and goes on to the receiver', () => {
  const { rules } = compileGroupChain('n', 'out', ['sg-a'], [aRule({ isEgress: true })])
  assert.equal(
    rules[0],
    'meta l4proto tcp ct original proto-dst 443 ct original ip daddr 10.0.0.0/16 goto admit-inbound',
  )
})

test('the chain of a set of groups does not depend on their order or their rules', () => {
  const name = compileGroupChain('n', 'in', ['sg-a', 'sg-b'], []).name
  assert.equal(compileGroupChain('n', 'in', ['sg-b', 'sg-a'], [aRule({})]).name, name)
  assert.notEqual(compileGroupChain('n', 'in', ['sg-a'], []).name, name)
})

for (const { rule, flow, passes } of [
  { rule: {}, flow: {}, passes: true },
  { rule: {}, flow: { port: 444 }, passes: false },
  { rule: {}, flow: { peerIp: '10.1.0.1' }, passes: false },
  { rule: {}, flow: { protocol: 'udp' }, passes: false },
  { rule: { ipProtocol: '-1' }, flow: { protocol: 'udp', port: 9 }, passes: true },
  { rule: { ...noCidr, referencedGroupId: 'sg-lb' }, flow: { peerGroupIds: ['sg-lb'] }, passes: true },
  { rule: { ...noCidr, referencedGroupId: 'sg-lb' }, flow: {}, passes: false },
  { rule: { isEgress: true }, flow: {}, passes: false },
] as const) {
  test(`${JSON.stringify(rule)} ${passes ? 'admits' : 'refuses'} ${JSON.stringify(flow)}`, () => {
    const base = { protocol: 'tcp', peerIp: '10.0.1.5', peerGroupIds: [], port: 443 } as const
    assert.equal(admits('in', [aRule(rule as Partial<SecurityGroupRule>)], { ...base, ...flow }), passes)
  })
}
