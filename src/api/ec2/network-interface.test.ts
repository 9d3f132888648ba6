import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { aContext } from '../../../test/support/fake-context.ts'
import { parseCidr } from '../../net/cidr.ts'
import { zonesOf } from '../../resource/geography.ts'
import type { Subnet } from '../../resource/subnet.ts'
import type { OperationContext } from '../operation.ts'
import { describeNetworkInterfaces } from './describe-network-interfaces.ts'
import {
  allocatePrivateIp,
  availableAddressCount,
  createNetworkInterface,
  describeNetworkInterface,
} from './network-interface.ts'
import { defaultGroupOf } from './security-group.ts'
import { putSubnet } from './subnet.ts'
import { putVpc } from './vpc.ts'
import { parseVpcCidr } from './vpc-cidr.ts'

function aSubnet(ctx: OperationContext, cidrBlock: string): Subnet {
  const vpc = putVpc(ctx, { cidr: parseVpcCidr('10.0.0.0/16'), isDefault: false, instanceTenancy: 'default', tags: [] })
  const [zone] = zonesOf(ctx.region)
  const cidr = parseCidr(cidrBlock)
  assert.ok(zone && cidr)
  return putSubnet(ctx, vpc, { cidr, zone, defaultForAz: false, tags: [] })
}

const occupy = (ctx: OperationContext, subnet: Subnet, privateIp?: string) =>
  createNetworkInterface(ctx, { subnet, interfaceType: 'interface', groupIds: [], privateIp })

test('addresses are given in order, after the four reserved ones', () => {
  const ctx = aContext()
  const subnet = aSubnet(ctx, '10.0.1.0/24')
  assert.deepEqual(
    [1, 2, 3].map(() => occupy(ctx, subnet).privateIp),
    ['10.0.1.4', '10.0.1.5', '10.0.1.6'],
  )
})

test('a subnet gives all its addresses but five, each once, and then says so', () => {
  const ctx = aContext()
  const subnet = aSubnet(ctx, '10.0.1.0/28')
  assert.equal(availableAddressCount(ctx.tx, subnet), 11)
  const given = Array.from({ length: 11 }, () => occupy(ctx, subnet).privateIp)
  assert.deepEqual(new Set(given), new Set(Array.from({ length: 11 }, (_, i) => `10.0.1.${i + 4}`)))
  assert.equal(availableAddressCount(ctx.tx, subnet), 0)
  assert.throws(() => occupy(ctx, subnet), { code: 'InsufficientFreeAddressesInSubnet' })
})

test('whatever is taken and freed, an address is free, within the subnet and never a reserved one', () => {
  const step = fc.oneof(
    fc.record({ wanted: fc.integer({ min: 4, max: 30 }) }),
    fc.record({ freed: fc.nat(30) }),
    fc.constant({}),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const ctx = aContext()
      const subnet = aSubnet(ctx, '10.0.1.0/27')
      const held = new Map<string, string>()
      for (const { wanted, freed } of steps as { wanted?: number; freed?: number }[]) {
        const [address, id] = [...held][freed ?? -1] ?? []
        if (address && id) {
          ctx.tx.delete('network-interface', id)
          held.delete(address)
          continue
        }
        const ip = wanted === undefined ? undefined : `10.0.1.${wanted}`
        if (held.size === 27 || (ip && held.has(ip))) continue
        const eni = occupy(ctx, subnet, ip)
        assert.ok(!held.has(eni.privateIp), `${eni.privateIp} was given twice`)
        const last = Number(eni.privateIp.split('.')[3])
        assert.ok(last >= 4 && last <= 30, `${eni.privateIp} is reserved`)
        held.set(eni.privateIp, eni.networkInterfaceId)
      }
    }),
    { seed: 1, numRuns: 200 },
  )
})

test('ten thousand interfaces in one subnet take no more than a moment', () => {
  const ctx = aContext()
  const subnet = aSubnet(ctx, '10.0.0.0/18')
  let lookUps = 0
  const counted = {
    ...ctx,
    tx: Object.assign(Object.create(ctx.tx) as typeof ctx.tx, {
      get: ctx.tx.get.bind(ctx.tx),
      put: ctx.tx.put.bind(ctx.tx),
      by: () => assert.fail('the subnet was listed'),
      countBy: (...args: Parameters<typeof ctx.tx.countBy>) => {
        lookUps++
        return ctx.tx.countBy(...args)
      },
    }),
  }
  for (let i = 0; i < 10_000; i++) occupy(counted, subnet)
  assert.equal(occupy(ctx, subnet).privateIp, '10.0.39.20')
  // Doubling and halving: 14 look-ups each at the most for the way out, 13 for the way back; and one for the quota.
  assert.ok(lookUps < 10_000 * 29, `${lookUps} look-ups`)
})

for (const { wanted, code, message } of [
  { wanted: '10.0.1.0', code: 'InvalidParameterValue', message: /reserved address range/ },
  { wanted: '10.0.1.3', code: 'InvalidParameterValue', message: /reserved address range/ },
  { wanted: '10.0.1.255', code: 'InvalidParameterValue', message: /reserved address range/ },
  { wanted: '10.0.2.10', code: 'InvalidParameterValue', message: /does not fall within the subnet's address range/ },
  { wanted: '10.0.1', code: 'InvalidParameterValue', message: /Invalid IPv4 address/ },
  { wanted: '10.0.1.10', code: 'InvalidIPAddress.InUse', message: 'Address 10.0.1.10 is in use.' },
]) {
  test(`asking for ${wanted} answers ${code}`, () => {
    const ctx = aContext()
    const subnet = aSubnet(ctx, '10.0.1.0/24')
    occupy(ctx, subnet, '10.0.1.10')
    assert.throws(() => allocatePrivateIp(ctx.tx, subnet, wanted), { code, message })
  })
}

test('the same address may be used in another VPC', () => {
  const ctx = aContext()
  occupy(ctx, aSubnet(ctx, '10.0.1.0/24'), '10.0.1.10')
  assert.equal(occupy(ctx, aSubnet(ctx, '10.0.1.0/24'), '10.0.1.10').privateIp, '10.0.1.10')
})

for (const { interfaceType, owner, requesterId, sourceDestCheck, hasFabricIp, attachedTo } of [
  {
    interfaceType: 'interface',
    owner: '111111111111',
    requesterId: undefined,
    sourceDestCheck: true,
    hasFabricIp: false,
    attachedTo: { instanceId: 'i-1' },
  },
  {
    interfaceType: 'vpc_endpoint',
    owner: 'amazon-aws',
    requesterId: '727180483921',
    sourceDestCheck: true,
    hasFabricIp: true,
    attachedTo: { vpcEndpointId: 'vpce-1' },
  },
  {
    interfaceType: 'network_load_balancer',
    owner: 'amazon-aws',
    requesterId: 'amazon-elb',
    sourceDestCheck: false,
    hasFabricIp: true,
    attachedTo: { loadBalancerArn: 'arn:1' },
  },
] as const) {
  test(`an interface of type ${interfaceType} as AWS shows it`, () => {
    const ctx = aContext()
    const subnet = aSubnet(ctx, '10.0.1.0/24')
    const groupIds = [defaultGroupOf(ctx.tx, subnet.vpcId)?.groupId ?? '']
    const eni = createNetworkInterface(ctx, { subnet, interfaceType, groupIds, ...attachedTo })
    assert.equal(eni.fabricIp !== undefined, hasFabricIp)
    const wire = describeNetworkInterface(ctx.tx, eni)
    assert.equal(wire.Status, 'in-use')
    assert.equal(wire.Attachment?.InstanceOwnerId, owner)
    assert.equal(wire.RequesterId, requesterId)
    assert.equal(wire.RequesterManaged, requesterId !== undefined)
    assert.equal(wire.SourceDestCheck, sourceDestCheck)
    assert.deepEqual(wire.Groups, [{ GroupId: groupIds[0], GroupName: 'default' }])
    assert.match(wire.MacAddress ?? '', /^06(:[0-9a-f]{2}){5}$/)
    assert.deepEqual(wire.PrivateIpAddresses, [{ Primary: true, PrivateIpAddress: '10.0.1.4' }])

    const found = describeNetworkInterfaces.handle(
      {
        Filters: [
          { Name: 'attachment.instance-owner-id', Values: [owner] },
          { Name: 'interface-type', Values: [interfaceType] },
        ],
      },
      ctx,
    )
    assert.deepEqual(
      found.NetworkInterfaces?.map((n) => n.NetworkInterfaceId),
      [eni.networkInterfaceId],
    )
  })
}

test('an interface that is attached to nothing is available, and another account does not see it', () => {
  const ctx = aContext()
  const eni = occupy(ctx, aSubnet(ctx, '10.0.1.0/24'))
  assert.equal(describeNetworkInterface(ctx.tx, eni).Status, 'available')
  const NetworkInterfaceIds = [eni.networkInterfaceId]
  for (const other of [{ accountId: '222222222222' }, { region: 'eu-west-1' }]) {
    const ctx2 = aContext({ tx: ctx.tx, ...other })
    assert.throws(() => describeNetworkInterfaces.handle({ NetworkInterfaceIds }, ctx2), {
      code: 'InvalidNetworkInterfaceID.NotFound',
      message: `The networkInterface ID '${eni.networkInterfaceId}' does not exist`,
    })
    assert.deepEqual(describeNetworkInterfaces.handle({}, ctx2).NetworkInterfaces, [])
  }
})

test('different interfaces have different MAC addresses', () => {
  const ctx = aContext()
  const subnet = aSubnet(ctx, '10.0.1.0/24')
  const macs = Array.from({ length: 100 }, () => occupy(ctx, subnet).macAddress)
  assert.equal(new Set(macs).size, 100)
})
