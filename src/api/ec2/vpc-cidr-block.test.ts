import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from '../../../test/support/fake-context.ts'
import { must, throwsAwsError } from '../../../test/support/privatelink.ts'
import { formatIpv6, formatIpv6Block, parseIpv6Block } from '../../net/ipv6.ts'
import type { OperationContext } from '../operation.ts'
import { assignIpv6Addresses } from './assign-ipv6-addresses.ts'
import { assignPrivateIpAddresses } from './assign-private-ip-addresses.ts'
import { associateSubnetCidrBlock } from './associate-subnet-cidr-block.ts'
import { associateVpcCidrBlock } from './associate-vpc-cidr-block.ts'
import { attachInternetGateway } from './attach-internet-gateway.ts'
import { createDefaultSubnet } from './create-default-subnet.ts'
import { createDefaultVpc } from './create-default-vpc.ts'
import { createInternetGateway } from './create-internet-gateway.ts'
import { createNetworkInterface } from './create-network-interface.ts'
import { createRoute } from './create-route.ts'
import { createSubnet } from './create-subnet.ts'
import { createVpc } from './create-vpc.ts'
import { ensureDefaultVpc } from './default-vpc.ts'
import { deleteSubnet } from './delete-subnet.ts'
import { deleteVpc } from './delete-vpc.ts'
import { describeNetworkInterfaces } from './describe-network-interfaces.ts'
import { describeRouteTables } from './describe-route-tables.ts'
import { describeSubnets } from './describe-subnets.ts'
import { describeVpcs } from './describe-vpcs.ts'
import { disassociateSubnetCidrBlock } from './disassociate-subnet-cidr-block.ts'
import { disassociateVpcCidrBlock } from './disassociate-vpc-cidr-block.ts'
import { modifySubnetAttribute } from './modify-subnet-attribute.ts'
import { modifyVpcTenancy } from './modify-vpc-tenancy.ts'
import { unassignIpv6Addresses } from './unassign-ipv6-addresses.ts'
import { unassignPrivateIpAddresses } from './unassign-private-ip-addresses.ts'

const aVpc = (ctx: OperationContext, CidrBlock = '10.0.0.0/16') => must(createVpc.handle({ CidrBlock }, ctx).Vpc?.VpcId)

// Each: the primary block, the one that asks to join, and what AWS says (Amazon VPC User Guide, the table of restrictions).
for (const [primary, added, refusal] of [
  ['10.0.0.0/16', '10.1.0.0/16', undefined],
  ['10.0.0.0/16', '100.64.0.0/16', undefined],
  ['10.0.0.0/16', '52.0.0.0/16', undefined],
  ['10.0.0.0/16', '172.16.0.0/16', /is restricted/],
  ['10.0.0.0/16', '192.168.0.0/24', /is restricted/],
  ['10.0.0.0/16', '198.19.0.0/16', /is restricted/],
  ['172.16.0.0/16', '172.20.0.0/16', undefined],
  ['172.16.0.0/16', '172.31.0.0/20', /is restricted/],
  ['172.31.0.0/20', '172.31.16.0/20', undefined],
  ['192.168.0.0/24', '192.168.1.0/24', undefined],
  ['192.168.0.0/24', '10.0.0.0/16', /is restricted/],
  ['100.64.0.0/16', '100.65.0.0/16', undefined],
  ['100.64.0.0/16', '10.0.0.0/16', /is restricted/],
  ['198.19.0.0/20', '198.19.16.0/20', undefined],
  ['10.0.0.0/16', '10.0.128.0/17', /conflicts/],
  ['10.0.0.0/17', '10.0.0.0/16', /conflicts/],
  ['10.0.0.0/16', '10.1.0.0/15', /^The CIDR '10.1.0.0\/15' is invalid\.$/],
  ['10.0.0.0/16', '240.0.0.0/16', /is invalid/],
] as const) {
  test(`${added} ${refusal ? 'may not join' : 'joins'} a VPC of ${primary}`, () => {
    const ctx = aContext()
    const VpcId = aVpc(ctx, primary)
    const associate = () => associateVpcCidrBlock.handle({ VpcId, CidrBlock: added }, ctx)
    if (refusal) return throwsAwsError(associate, 'InvalidVpc.Range', refusal)
    const { AssociationId, CidrBlockState } = must(associate().CidrBlockAssociation)
    assert.deepEqual(CidrBlockState, { State: 'associating' })
    const [vpc] = describeVpcs.handle({ VpcIds: [VpcId] }, ctx).Vpcs ?? []
    assert.deepEqual(vpc?.CidrBlockAssociationSet?.[1], {
      AssociationId,
      CidrBlock: added,
      CidrBlockState: { State: 'associated' },
    })
  })
}

test('a secondary block carries subnets, is in every route table, and leaves when it is empty', () => {
  const ctx = aContext()
  const VpcId = aVpc(ctx)
  throwsAwsError(() => createSubnet.handle({ VpcId, CidrBlock: '100.64.1.0/24' }, ctx), 'InvalidSubnet.Range')
  const { CidrBlockAssociation } = associateVpcCidrBlock.handle({ VpcId, CidrBlock: '100.64.0.0/16' }, ctx)
  const AssociationId = must(CidrBlockAssociation?.AssociationId)
  const SubnetId = must(createSubnet.handle({ VpcId, CidrBlock: '100.64.1.0/24' }, ctx).Subnet?.SubnetId)
  const Filters = [{ Name: 'vpc-id', Values: [VpcId] }]
  const routes = () => describeRouteTables.handle({ Filters }, ctx).RouteTables?.[0]?.Routes ?? []
  assert.deepEqual(
    routes().map(({ DestinationCidrBlock, GatewayId }) => `${DestinationCidrBlock} ${GatewayId}`),
    ['10.0.0.0/16 local', '100.64.0.0/16 local'],
  )
  for (const [Name, value] of [
    ['cidr-block-association.association-id', AssociationId],
    ['cidr-block-association.cidr-block', '100.64.0.0/16'],
  ] as const) {
    const found = describeVpcs.handle({ Filters: [{ Name, Values: [value] }] }, ctx).Vpcs
    assert.deepEqual(
      found?.map((vpc) => vpc.VpcId),
      [VpcId],
    )
  }
  const leave = () => disassociateVpcCidrBlock.handle({ AssociationId }, ctx)
  throwsAwsError(leave, 'InvalidCidrBlock.InUse', 'The vpc currently has a subnet within CIDR block 100.64.0.0/16')
  deleteSubnet.handle({ SubnetId }, ctx)
  assert.equal(leave().CidrBlockAssociation?.CidrBlockState?.State, 'disassociating')
  assert.equal(routes().length, 1)
  throwsAwsError(leave, 'InvalidVpcCidrBlockAssociationID.NotFound')
  const [vpc] = describeVpcs.handle({ VpcIds: [VpcId] }, ctx).Vpcs ?? []
  const primary = must(vpc?.CidrBlockAssociationSet?.[0]?.AssociationId)
  throwsAwsError(() => disassociateVpcCidrBlock.handle({ AssociationId: primary }, ctx), 'OperationNotPermitted')
})

test('a block is refused that would hide a route, and one too many', () => {
  const ctx = {
    ...aContext(),
    settings: { privateDnsVerification: 'trust' as const, quotas: new Map([['vpc/L-83CA0A9D', 2]]) },
  }
  const VpcId = aVpc(ctx)
  const InternetGatewayId = must(createInternetGateway.handle({}, ctx).InternetGateway?.InternetGatewayId)
  attachInternetGateway.handle({ InternetGatewayId, VpcId }, ctx)
  const Filters = [{ Name: 'vpc-id', Values: [VpcId] }]
  const RouteTableId = describeRouteTables.handle({ Filters }, ctx).RouteTables?.[0]?.RouteTableId
  createRoute.handle({ RouteTableId, DestinationCidrBlock: '10.5.1.0/24', GatewayId: InternetGatewayId }, ctx)
  const associate = (CidrBlock: string) => associateVpcCidrBlock.handle({ VpcId, CidrBlock }, ctx)
  throwsAwsError(() => associate('10.5.0.0/16'), 'InvalidVpc.Range')
  associate('10.6.0.0/16')
  const message = `This network '${VpcId}' has met its maximum number of allowed CIDRs: 2`
  throwsAwsError(() => associate('10.7.0.0/16'), 'CidrLimitExceeded', message)
})

test('IPv6: a block for the VPC, one for the subnet, addresses for an interface, and all of it away again', () => {
  const ctx = aContext()
  const made = createVpc.handle({ CidrBlock: '10.0.0.0/16', AmazonProvidedIpv6CidrBlock: true }, ctx).Vpc
  const VpcId = must(made?.VpcId)
  const [association] = made?.Ipv6CidrBlockAssociationSet ?? []
  assert.equal(association?.Ipv6CidrBlockState?.State, 'associating')
  const block = must(association?.Ipv6CidrBlock)
  assert.match(block, /^fdec:200.*\/56$/)
  const other = createVpc.handle({ CidrBlock: '10.0.0.0/16', AmazonProvidedIpv6CidrBlock: true }, ctx).Vpc
  assert.notEqual(other?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock, block)

  const { first: base } = must(parseIpv6Block(block))
  const sixtyFour = (n: number) => formatIpv6Block({ first: base + (BigInt(n) << 64n), prefixLength: 64 })
  const subnet = (CidrBlock: string, Ipv6CidrBlock: string) =>
    must(createSubnet.handle({ VpcId, CidrBlock, Ipv6CidrBlock }, ctx).Subnet)
  throwsAwsError(() => subnet('10.0.1.0/24', 'fd00::/64'), 'InvalidSubnet.Range')
  throwsAwsError(() => subnet('10.0.1.0/24', sixtyFour(1).replace('/64', '/65')), 'InvalidSubnet.Range')
  throwsAwsError(() => subnet('10.0.1.0/24', 'x'), 'InvalidParameterValue')
  const first = subnet('10.0.1.0/24', sixtyFour(1))
  assert.equal(first.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlockState?.State, 'associating')
  throwsAwsError(() => subnet('10.0.2.0/24', sixtyFour(1)), 'InvalidSubnet.Conflict')
  const SubnetId = must(first.SubnetId)
  const [shown] = describeSubnets.handle({ SubnetIds: [SubnetId] }, ctx).Subnets ?? []
  const subnetAssociation = must(shown?.Ipv6CidrBlockAssociationSet?.[0])
  assert.deepEqual(
    [subnetAssociation.Ipv6CidrBlock, subnetAssociation.Ipv6CidrBlockState],
    [sixtyFour(1), { State: 'associated' }],
  )
  throwsAwsError(
    () => associateSubnetCidrBlock.handle({ SubnetId, Ipv6CidrBlock: sixtyFour(2) }, ctx),
    'CidrLimitExceeded',
  )

  modifySubnetAttribute.handle({ SubnetId, AssignIpv6AddressOnCreation: { Value: true } }, ctx)
  const eni = must(createNetworkInterface.handle({ SubnetId }, ctx).NetworkInterface)
  const NetworkInterfaceId = must(eni.NetworkInterfaceId)
  assert.equal(eni.Ipv6Addresses?.length, 1)
  const within = (host: bigint) => formatIpv6(base + (1n << 64n) + host)
  const fixed = within(0xa0n)
  const { AssignedIpv6Addresses } = assignIpv6Addresses.handle(
    { NetworkInterfaceId, Ipv6Addresses: [fixed.toUpperCase()] },
    ctx,
  )
  assert.deepEqual(AssignedIpv6Addresses, [fixed])
  for (const [address, code] of [
    [fixed, 'InvalidIPAddress.InUse'],
    [within(1n), 'InvalidParameterValue'],
    ['fd00::a0', 'InvalidParameterValue'],
    ['10.0.0.9', 'InvalidParameterValue'],
  ] as const) {
    throwsAwsError(
      () => createNetworkInterface.handle({ SubnetId, Ipv6Addresses: [{ Ipv6Address: address }] }, ctx),
      code,
    )
  }
  const Filters = [{ Name: 'ipv6-addresses.ipv6-address', Values: [fixed] }]
  const found = describeNetworkInterfaces.handle({ Filters }, ctx).NetworkInterfaces
  assert.deepEqual(
    found?.map((n) => n.NetworkInterfaceId),
    [NetworkInterfaceId],
  )

  const subnetLeave = () => disassociateSubnetCidrBlock.handle({ AssociationId: subnetAssociation.AssociationId }, ctx)
  throwsAwsError(subnetLeave, 'InvalidCidrBlock.InUse')
  throwsAwsError(
    () => unassignIpv6Addresses.handle({ NetworkInterfaceId, Ipv6Addresses: ['fd00::1'] }, ctx),
    'InvalidParameterValue',
  )
  // The interface that a refused request began is taken back by the pipeline; here it is still there.
  for (const { networkInterfaceId, ipv6Addresses = [] } of ctx.tx.by('network-interface', 'subnetId', SubnetId)) {
    if (ipv6Addresses.length === 0) continue
    unassignIpv6Addresses.handle({ NetworkInterfaceId: networkInterfaceId, Ipv6Addresses: [...ipv6Addresses] }, ctx)
  }
  const leave = () => disassociateVpcCidrBlock.handle({ AssociationId: association?.AssociationId }, ctx)
  throwsAwsError(leave, 'InvalidCidrBlock.InUse')
  assert.equal(subnetLeave().Ipv6CidrBlockAssociation?.Ipv6CidrBlockState?.State, 'disassociating')
  throwsAwsError(subnetLeave, 'InvalidSubnetCidrBlockAssociationID.NotFound')
  assert.equal(leave().Ipv6CidrBlockAssociation?.Ipv6CidrBlockState?.State, 'disassociating')
})

test('secondary private addresses: given by number or by name, moved, taken away', () => {
  const ctx = aContext()
  const VpcId = aVpc(ctx)
  const SubnetId = must(createSubnet.handle({ VpcId, CidrBlock: '10.0.1.0/24' }, ctx).Subnet?.SubnetId)
  const free = () => describeSubnets.handle({ SubnetIds: [SubnetId] }, ctx).Subnets?.[0]?.AvailableIpAddressCount
  const eni = createNetworkInterface.handle(
    {
      SubnetId,
      PrivateIpAddresses: [
        { PrivateIpAddress: '10.0.1.20', Primary: false },
        { PrivateIpAddress: '10.0.1.10', Primary: true },
      ],
    },
    ctx,
  ).NetworkInterface
  assert.deepEqual(eni?.PrivateIpAddresses, [
    { PrivateIpAddress: '10.0.1.10', Primary: true },
    { PrivateIpAddress: '10.0.1.20', Primary: false },
  ])
  assert.equal(free(), 249)
  const one = must(eni?.NetworkInterfaceId)
  const assign = (NetworkInterfaceId: string, PrivateIpAddresses: string[], AllowReassignment?: boolean) =>
    assignPrivateIpAddresses.handle({ NetworkInterfaceId, PrivateIpAddresses, AllowReassignment }, ctx)
  const two = must(
    createNetworkInterface.handle({ SubnetId, SecondaryPrivateIpAddressCount: 2 }, ctx).NetworkInterface
      ?.NetworkInterfaceId,
  )
  assert.equal(ctx.tx.get('network-interface', two)?.secondaryPrivateIps?.length, 2)
  throwsAwsError(() => assign(two, ['10.0.1.20']), 'InvalidIPAddress.InUse')
  throwsAwsError(() => assign(two, ['10.0.1.10'], true), 'InvalidIPAddress.InUse')
  assert.deepEqual(assign(two, ['10.0.1.20'], true).AssignedPrivateIpAddresses, [{ PrivateIpAddress: '10.0.1.20' }])
  assert.deepEqual(ctx.tx.get('network-interface', one)?.secondaryPrivateIps, [])
  const Filters = [{ Name: 'addresses.private-ip-address', Values: ['10.0.1.20'] }]
  const found = describeNetworkInterfaces.handle({ Filters }, ctx).NetworkInterfaces
  assert.deepEqual(
    found?.map((n) => n.NetworkInterfaceId),
    [two],
  )

  const unassign = (NetworkInterfaceId: string, address: string) =>
    unassignPrivateIpAddresses.handle({ NetworkInterfaceId, PrivateIpAddresses: [address] }, ctx)
  unassign(two, '10.0.1.20')
  throwsAwsError(() => unassign(two, '10.0.1.20'), 'InvalidParameterValue', /not assigned to interface/)
  throwsAwsError(() => unassign(one, '10.0.1.10'), 'InvalidParameterValue', /primary/)
  throwsAwsError(
    () => assignPrivateIpAddresses.handle({ NetworkInterfaceId: one, SecondaryPrivateIpAddressCount: 50 }, ctx),
    'PrivateIpAddressLimitExceeded',
  )
  const both = { NetworkInterfaceId: one, SecondaryPrivateIpAddressCount: 1, PrivateIpAddresses: ['10.0.1.99'] }
  throwsAwsError(() => assignPrivateIpAddresses.handle(both, ctx), 'InvalidParameterCombination')
  throwsAwsError(() => assignPrivateIpAddresses.handle({ NetworkInterfaceId: one }, ctx), 'MissingParameter')
})

test('default networks are made again when they were deleted', () => {
  const ctx = aContext()
  const zone = { AvailabilityZone: 'us-east-1b' }
  throwsAwsError(() => createDefaultSubnet.handle(zone, ctx), 'DefaultVpcDoesNotExist')
  ensureDefaultVpc(ctx)
  throwsAwsError(() => createDefaultVpc.handle({}, ctx), 'DefaultVpcAlreadyExists')
  throwsAwsError(
    () => createDefaultSubnet.handle(zone, ctx),
    'DefaultSubnetAlreadyExistsInAvailabilityZone',
    /is already the default subnet in us-east-1b\.$/,
  )
  const subnets = () =>
    describeSubnets.handle({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] }, ctx).Subnets ?? []
  const old = must(subnets().find((subnet) => subnet.AvailabilityZone === 'us-east-1b'))
  deleteSubnet.handle({ SubnetId: old.SubnetId }, ctx)
  const again = createDefaultSubnet.handle(zone, ctx).Subnet
  assert.deepEqual([again?.CidrBlock, again?.DefaultForAz], [old.CidrBlock, true])
  for (const { SubnetId } of subnets()) deleteSubnet.handle({ SubnetId }, ctx)
  deleteVpc.handle({ VpcId: old.VpcId }, ctx)
  assert.equal(createDefaultVpc.handle({}, ctx).Vpc?.IsDefault, true)
  assert.equal(subnets().length, 6)
  throwsAwsError(() => createDefaultSubnet.handle({}, ctx), 'MissingParameter')
  throwsAwsError(() => createDefaultSubnet.handle({ AvailabilityZone: 'us-east-1z' }, ctx), 'InvalidParameterValue')
})

test('tenancy goes to default only', () => {
  const ctx = aContext()
  const VpcId = createVpc.handle({ CidrBlock: '10.0.0.0/16', InstanceTenancy: 'dedicated' }, ctx).Vpc?.VpcId
  assert.deepEqual(modifyVpcTenancy.handle({ VpcId, InstanceTenancy: 'default' }, ctx), { ReturnValue: true })
  const dedicated = { VpcId, InstanceTenancy: 'dedicated' as 'default' }
  throwsAwsError(() => modifyVpcTenancy.handle(dedicated, ctx), 'InvalidParameterValue')
})
