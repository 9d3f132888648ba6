import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModifyVpcEndpointRequest } from '@aws-sdk/client-ec2'
import { must, provider, throwsAwsError } from '../../../test/support/privatelink.ts'
import { aWorld } from '../../../test/support/vpc-endpoint-world.ts'
import { requestServiceQuotaIncrease } from '../servicequotas/request-service-quota-increase.ts'
import { deleteVpcEndpointServiceConfigurations } from './delete-vpc-endpoint-service-configurations.ts'
import { rejectVpcEndpointConnections } from './reject-vpc-endpoint-connections.ts'

test('modifying subnets: interfaces come and go, the others keep their addresses', () => {
  const { ctx, service, a, b, c, create, describe, modify } = aWorld()
  const id = create({ SubnetIds: [a] }).VpcEndpointId
  const addresses = () =>
    describe(id).NetworkInterfaceIds?.map((eni) => ctx.tx.get('network-interface', eni)?.privateIp)
  const enis = () => [...ctx.tx.all('network-interface')].filter((eni) => eni.vpcEndpointId === id).length

  assert.deepEqual(modify(id, { AddSubnetIds: [b] }), { Return: true })
  assert.deepEqual(
    [describe(id).SubnetIds, addresses()],
    [
      [a, b],
      ['10.0.1.4', '10.0.2.4'],
    ],
  )
  const [kept] = describe(id).NetworkInterfaceIds ?? []
  modify(id, { SubnetConfigurations: [{ SubnetId: b, Ipv4: '10.0.2.99' }] })
  assert.deepEqual([addresses(), enis()], [['10.0.1.4', '10.0.2.99'], 2])
  assert.equal(describe(id).NetworkInterfaceIds?.[0], kept)
  modify(id, { RemoveSubnetIds: [a] })
  assert.deepEqual([describe(id).SubnetIds, addresses(), enis()], [[b], ['10.0.2.99'], 1])
  modify(id, { AddSubnetIds: [a], RemoveSubnetIds: [b] })
  assert.deepEqual([describe(id).SubnetIds, enis()], [[a], 1])

  for (const [wish, code, text] of [
    [{ AddSubnetIds: [a] }, 'DuplicateSubnetsInSameZone', /single dash|another VPC endpoint subnet/],
    [{ AddSubnetIds: [c] }, 'InvalidParameter', new RegExp(`${service.serviceName}.*us-east-1a, us-east-1b`)],
    [{ RemoveSubnetIds: [b] }, 'InvalidParameter', /is not one of the subnets of vpce-/],
    [{ RemoveSubnetIds: ['subnet-0123'] }, 'InvalidSubnetId.NotFound', /does not exist/],
    [{ SubnetConfigurations: [{ SubnetId: b, Ipv4: '10.0.2.9' }] }, 'InvalidParameter', /is not one of the subnets/],
    [{ AddRouteTableIds: ['rtb-1'] }, 'InvalidParameter', /Route table/],
    [{ PrivateDnsEnabled: true }, 'InvalidParameter', /Enabling private DNS requires/],
    [{ IpAddressType: 'dualstack' }, 'InvalidParameter', /does not support the IP address type: dualstack/],
    [{ DnsOptions: { DnsRecordIpType: 'dualstack' } }, 'InvalidParameter', /DNS record IP type dualstack/],
  ] as const) {
    const request: Partial<ModifyVpcEndpointRequest> = structuredClone(wish) as never
    throwsAwsError(() => modify(id, request), code, text)
  }
})

test('modifying groups: the interfaces join and leave in the same batch', () => {
  const { ctx, a, create, describe, modify, group, defaultGroup } = aWorld()
  const made = create({ SubnetIds: [a] })
  const id = made.VpcEndpointId
  const web = group('web')
  const groups = () => [
    describe(id).Groups?.map((g) => g.GroupId),
    ctx.tx.get('network-interface', made.NetworkInterfaceIds?.[0])?.groupIds,
  ]
  modify(id, { AddSecurityGroupIds: [web] })
  assert.deepEqual(groups(), [
    [defaultGroup, web],
    [defaultGroup, web],
  ])
  modify(id, { RemoveSecurityGroupIds: [defaultGroup] })
  assert.deepEqual(groups(), [[web], [web]])
  throwsAwsError(
    () => modify(id, { RemoveSecurityGroupIds: [web] }),
    'InvalidParameter',
    'An Interface VPC Endpoint must always have at least one Security Group',
  )
  throwsAwsError(() => modify(id, { RemoveSecurityGroupIds: [defaultGroup] }), 'InvalidParameter', /is not one of/)
  throwsAwsError(() => modify(id, { AddSecurityGroupIds: ['sg-0123'] }), 'InvalidGroup.NotFound')
})

test('policy: full access can be set and reset, nothing else', () => {
  const { create, modify } = aWorld()
  const id = create().VpcEndpointId
  const full = '{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["*"],"Resource":"*"}]}'
  assert.deepEqual(modify(id, { ResetPolicy: true }), { Return: true })
  assert.deepEqual(modify(id, { PolicyDocument: full }), { Return: true })
  const none = full.replace('Allow', 'Deny')
  throwsAwsError(() => modify(id, { PolicyDocument: none }), 'InvalidParameter', /does not support endpoint policies/)
  throwsAwsError(() => modify(id, { PolicyDocument: full, ResetPolicy: true }), 'InvalidParameterCombination')
})

test('an endpoint outlives its service, loses subnets and gains none', () => {
  const { as, service, a, b, create, modify } = aWorld()
  const id = must(create({ SubnetIds: [a] }).VpcEndpointId)
  rejectVpcEndpointConnections.handle({ ServiceId: service.serviceId, VpcEndpointIds: [id] }, as(provider))
  const { Unsuccessful } = deleteVpcEndpointServiceConfigurations.handle(
    { ServiceIds: [service.serviceId] },
    as(provider),
  )
  assert.deepEqual(Unsuccessful, [])
  throwsAwsError(() => modify(id, { AddSubnetIds: [b] }), 'InvalidServiceName')
  assert.deepEqual(modify(id, { RemoveSubnetIds: [a] }), { Return: true })
})

test('dual stack: of service and subnets, with an IPv6 address for each interface', () => {
  const { ctx, service, a, b, create, describe, modify } = aWorld()
  const { tx } = ctx
  const stored = must(tx.get('endpoint-service', service.serviceId))
  throwsAwsError(() => create({ IpAddressType: 'dualstack' }), 'InvalidParameter', /service .* does not support the IP/)
  tx.put('endpoint-service', { ...stored, supportedIpAddressTypes: ['ipv4', 'ipv6'] })
  throwsAwsError(
    () => create({ IpAddressType: 'dualstack', SubnetIds: [a] }),
    'InvalidParameter',
    `The subnet ${a} does not support the IP address type: dualstack.`,
  )
  tx.put('subnet', { ...must(tx.get('subnet', a)), ipv6CidrBlock: 'fd00:ec2:8000:100::/64' })
  throwsAwsError(() => create({ IpAddressType: 'ipv6', SubnetIds: [a] }), 'InvalidParameter', /type: ipv6/)

  const made = create({
    IpAddressType: 'dualstack',
    SubnetIds: [a],
    SubnetConfigurations: [{ SubnetId: a, Ipv4: '10.0.1.9', Ipv6: 'fd00:ec2:8000:100::9' }],
    DnsOptions: { DnsRecordIpType: 'service-defined' },
  })
  const id = must(made.VpcEndpointId)
  const eni = () => must(tx.get('network-interface', describe(id).NetworkInterfaceIds?.[0]))
  assert.deepEqual([eni().privateIp, eni().ipv6Addresses], ['10.0.1.9', ['fd00:ec2:8000:100::9']])
  assert.deepEqual(made.DnsOptions, { DnsRecordIpType: 'service-defined' })

  throwsAwsError(() => modify(id, { AddSubnetIds: [b] }), 'InvalidParameter', new RegExp(`${b} does not support`))
  const before = eni().networkInterfaceId
  modify(id, { IpAddressType: 'ipv4' })
  assert.deepEqual([eni().networkInterfaceId, eni().ipv6Addresses], [before, undefined], 'the interface stays')
  assert.deepEqual(describe(id).DnsOptions, { DnsRecordIpType: 'ipv4' }, 'what does not fit any more goes')
  modify(id, { IpAddressType: 'dualstack', DnsOptions: { DnsRecordIpType: 'ipv6' } })
  assert.deepEqual([eni().networkInterfaceId, eni().ipv6Addresses?.length], [before, 1])
  assert.deepEqual([describe(id).IpAddressType, describe(id).DnsOptions?.DnsRecordIpType], ['dualstack', 'ipv6'])
  modify(id, { SubnetConfigurations: [{ SubnetId: a, Ipv6: 'fd00:ec2:8000:100::77' }] })
  assert.deepEqual(eni().ipv6Addresses, ['fd00:ec2:8000:100::77'])
  assert.notEqual(eni().networkInterfaceId, before, 'another fixed address is another interface')
})

test('more groups than an interface may have', () => {
  const { ctx, a, create, modify, group } = aWorld()
  requestServiceQuotaIncrease.handle({ ServiceCode: 'vpc', QuotaCode: 'L-2AFB9258', DesiredValue: 17 }, ctx)
  const groups = Array.from({ length: 18 }, (_, n) => group(`g${n}`))
  const made = create({ SubnetIds: [a], SecurityGroupIds: groups.slice(0, 17) })
  throwsAwsError(() => create({ SecurityGroupIds: groups }), 'SecurityGroupsPerInterfaceLimitExceeded')
  throwsAwsError(
    () => modify(made.VpcEndpointId, { AddSecurityGroupIds: groups.slice(17) }),
    'SecurityGroupsPerInterfaceLimitExceeded',
  )
})
