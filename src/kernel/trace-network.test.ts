/** What packets meet of a VPC's further blocks, of an interface's further addresses, and of prefix lists in rules. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idFor, World } from '../../test/support/world.ts'
import { compileProgram } from '../plan/compile.ts'
import { diff } from '../plan/diff.ts'
import { FakeKernel } from './fake.ts'
import { trace } from './trace.ts'

/** Two instances, in the VPC's primary and in its secondary block; web lets in what a prefix list names. */
function aVpcOfTwoBlocks() {
  const world = new World()
  const cidrBlockAssociations = [{ associationId: 'vpc-cidr-assoc-1', cidrBlock: '100.64.0.0/16' }]
  const vpc = world.vpc('v', { cidrBlockAssociations })
  const [primary, secondary] = [world.subnet(vpc, 'a', '10.0.1.0/24'), world.subnet(vpc, 'b', '100.64.1.0/24')]
  const prefixListId = idFor('pl', 'offices')
  const out = { isEgress: true, ipProtocol: '-1', fromPort: -1, toPort: -1, cidrIpv4: '0.0.0.0/0' }
  const web = world.group(vpc, 'web', [{ fromPort: 80, toPort: 80, prefixListId }, out])
  const client = world.instance(secondary, '100.64.1.10', [world.group(vpc, 'client', [out])])
  const server = world.instance(primary, '10.0.1.10', [web])
  const entries = (...cidrs: readonly string[]) =>
    world.put('managed-prefix-list', {
      prefixListId,
      ownerId: vpc.ownerId,
      region: vpc.region,
      prefixListName: 'offices',
      addressFamily: 'IPv4',
      maxEntries: 5,
      state: 'create-complete',
      version: 1,
      entries: cidrs.map((cidr) => ({ cidr })),
      history: [],
      tags: [],
    })
  const told = (packet: string) => {
    const kernel = new FakeKernel()
    kernel.apply(diff(compileProgram(world.snapshot(), new Map(), { name: 't' }), kernel.observed))
    const result = trace(kernel, `${packet} in ${vpc.vpcId}`)
    return result.outcome === 'arrives' ? `${result.source} > ${result.destination}` : `dropped: ${result.reason}`
  }
  return { world, client, server, entries, told }
}

test('a packet goes from one block of the VPC to the other, where a prefix list lets it', () => {
  const { entries, told } = aVpcOfTwoBlocks()
  const packet = 'tcp 100.64.1.10:40000 > 10.0.1.10:80'
  assert.equal(told(packet), 'dropped: security-group-ingress')
  entries('192.0.2.0/24', '100.64.0.0/16')
  assert.equal(told(packet), '100.64.1.10:40000 > 10.0.1.10:80')
  assert.equal(told('tcp 100.64.1.10:40000 > 10.0.1.10:81'), 'dropped: security-group-ingress')
  entries('10.0.0.0/8')
  assert.equal(told(packet), 'dropped: security-group-ingress')
  entries()
  assert.equal(told(packet), 'dropped: security-group-ingress')
})

test('a secondary address sends and receives like the primary one, while it is assigned', () => {
  const { world, client, entries, told } = aVpcOfTwoBlocks()
  entries('100.64.1.11/32')
  const packet = 'tcp 100.64.1.11:40000 > 10.0.1.10:80'
  assert.match(told(packet), /^dropped/)
  const eni = world.snapshot().resources['network-interface'].get(client.networkInterfaceId)
  assert.ok(eni)
  world.put('network-interface', { ...eni, secondaryPrivateIps: ['100.64.1.11'] })
  assert.equal(told(packet), '100.64.1.11:40000 > 10.0.1.10:80')
  world.put('network-interface', { ...eni, secondaryPrivateIps: [] })
  assert.match(told(packet), /^dropped/)
})

test('a stopped instance has no place in the VPC', () => {
  const { world, server, entries, told } = aVpcOfTwoBlocks()
  entries('0.0.0.0/0')
  const packet = 'tcp 100.64.1.10:40000 > 10.0.1.10:80'
  assert.equal(told(packet), '100.64.1.10:40000 > 10.0.1.10:80')
  world.put('instance', { ...server, state: 'stopped' })
  assert.match(told(packet), /^dropped/)
})
