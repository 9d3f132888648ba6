import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aWorld } from '../../test/support/world.ts'
import { parseIpv6 } from '../net/ipv6.ts'
import { fabricIpv6Of } from '../resource/fabric.ts'
import { compileProgram } from './compile.ts'
import { vpcNetns } from './names.ts'
import type { KernelObject, Program } from './program.ts'

const name = 'x'
const objectsOf = (program: Program): KernelObject[] => [...program.fragments.values()].flat()
const inNetns = (program: Program, vpcId: string): KernelObject[] =>
  objectsOf(program).filter((object) => object.kind !== 'wire' && object.netns === vpcNetns(name, vpcId))

/** A provider and a consumer, of which some have an IPv6 block; the load balancer and the endpoint have both families. */
function aWorldOf(withIpv6: { readonly provider: boolean; readonly consumer: boolean }) {
  const parts = aWorld()
  const { world, provider, consumer } = parts
  if (withIpv6.provider) world.giveIpv6(provider.vpc, 0x22)
  if (withIpv6.consumer) world.giveIpv6(consumer.vpc, 0x11)
  return { ...parts, program: compileProgram(world.snapshot(), new Map(), { name }) }
}

test('a fabric address has its IPv6 one, and no two share one', () => {
  assert.equal(fabricIpv6Of('240.0.0.17'), 'fd75:6e64:7270::f000:11')
  assert.equal(fabricIpv6Of('243.255.255.255'), 'fd75:6e64:7270::f3ff:ffff')
})

test('a VPC without a block has no object of IPv6, whatever its neighbour has', () => {
  const { program, consumer } = aWorldOf({ provider: true, consumer: false })
  const own = inNetns(program, consumer.vpc.vpcId)
  assert.ok(own.length > 40)
  for (const object of own) assert.doesNotMatch(JSON.stringify(object), /ip6|ipv6_addr|fd75:|fdec:|fe80:/)
  const plain = aWorldOf({ provider: false, consumer: false })
  assert.deepEqual(
    own.map(({ key, fingerprint }) => `${key} ${fingerprint}`),
    inNetns(plain.program, consumer.vpc.vpcId).map(({ key, fingerprint }) => `${key} ${fingerprint}`),
    'the same as if nobody had one',
  )
})

test('a VPC with a block keeps what it had of IPv4, and has each set twice', () => {
  const before = aWorldOf({ provider: false, consumer: false })
  const after = aWorldOf({ provider: false, consumer: true })
  const { vpcId } = before.consumer.vpc
  const setsOf = (program: Program, suffix: string) =>
    inNetns(program, vpcId).flatMap((o) =>
      o.kind === 'nft-set' && o.name.endsWith('6') === (suffix === '6') ? [o.name] : [],
    )
  const four = setsOf(after.program, '')
  assert.deepEqual(four, setsOf(before.program, ''))
  assert.deepEqual(setsOf(after.program, '6').toSorted(), four.map((each) => `${each}6`).toSorted())
  const kept = new Map(inNetns(after.program, vpcId).map((object) => [object.key, object.fingerprint]))
  for (const { kind, key, fingerprint } of inNetns(before.program, vpcId)) {
    if (kind === 'nft-element' || kind === 'nft-set') assert.equal(kept.get(key), fingerprint, key)
  }
})

test('elements are written as the kernel prints them, and have the address type of their set', () => {
  const { program } = aWorldOf({ provider: true, consumer: true })
  const types = new Map(
    objectsOf(program).flatMap((o) => (o.kind === 'nft-set' ? [[`${o.netns} ${o.name}`, o.keyType]] : [])),
  )
  let seen = 0
  for (const object of objectsOf(program)) {
    if (object.kind !== 'nft-element') continue
    const parts = object.element.split(' . ')
    const keyTypes = types.get(`${object.netns} ${object.set}`)?.split(' . ') ?? []
    for (const [i, part] of parts.entries()) {
      if (keyTypes[i] !== 'ipv6_addr') continue
      seen++
      assert.notEqual(parseIpv6(part), undefined, object.element)
      assert.doesNotMatch(part, /^0|:0\d|[A-F]/)
    }
  }
  assert.ok(seen > 20)
})

test('an endpoint leads IPv6 to the relay where the targets have IPv4 only, over TCP', () => {
  const { world, provider, consumer } = aWorldOf({ provider: true, consumer: true })
  world.listener(provider.loadBalancer, world.targetGroup(provider.vpc, 'udp', 53, { protocol: 'UDP' }), 53, {
    protocol: 'UDP',
  })
  world.listener(provider.loadBalancer, world.targetGroup(provider.vpc, 'six', 8080, { ipAddressType: 'ipv6' }), 81)
  const program = compileProgram(world.snapshot(), new Map(), { name })
  const [eni] = consumer.endpoint.networkInterfaceIds.map((id) =>
    world.snapshot().resources['network-interface'].get(id),
  )
  const [node] = provider.loadBalancer.zones.map(({ networkInterfaceId }) =>
    world.snapshot().resources['network-interface'].get(networkInterfaceId),
  )
  const ip = eni?.ipv6Addresses?.[0]
  const nodeIp = fabricIpv6Of(node?.fabricIp ?? '')
  const relayIp = fabricIpv6Of((eni?.fabricIp ?? '').replace('240.', '244.'))
  const led = new Map(
    inNetns(program, consumer.vpc.vpcId).flatMap((o) =>
      o.kind === 'nft-element' && o.set === 'vpce-listeners6' ? [[o.element, o.value]] : [],
    ),
  )
  assert.deepEqual(
    led,
    new Map([
      [`${ip} . tcp . 80`, `${relayIp} . 80`],
      [`${ip} . udp . 53`, `${nodeIp} . 53`],
      [`${ip} . tcp . 81`, `${nodeIp} . 81`],
    ]),
  )
  const doors = [...program.relay.doors.values()].filter(({ listenIp }) => listenIp.includes(':'))
  assert.deepEqual(
    doors.map(({ port, header, tls }) => ({ port, header, tls })),
    doors.map(() => ({ port: 80, header: undefined, tls: undefined })),
  )
  // One per node for clients of the load balancer's VPC, and the endpoint's.
  assert.equal(doors.length, 3)
  const own = doors.find(({ listenIp }) => listenIp === relayIp)
  assert.equal(own?.connectIp, node?.fabricIp, 'it goes on over IPv4')
})
