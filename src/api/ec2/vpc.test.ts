import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from '../../../test/support/fake-context.ts'
import type { OperationContext } from '../operation.ts'
import { createSecurityGroup } from './create-security-group.ts'
import { createSubnet } from './create-subnet.ts'
import { createVpc } from './create-vpc.ts'
import { ensureDefaultVpc } from './default-vpc.ts'
import { deleteSecurityGroup } from './delete-security-group.ts'
import { deleteSubnet } from './delete-subnet.ts'
import { deleteVpc } from './delete-vpc.ts'
import { describeAvailabilityZones } from './describe-availability-zones.ts'
import { describeRegions } from './describe-regions.ts'
import { describeSecurityGroups } from './describe-security-groups.ts'
import { describeSubnets } from './describe-subnets.ts'
import { describeVpcAttribute } from './describe-vpc-attribute.ts'
import { describeVpcs } from './describe-vpcs.ts'
import { modifyVpcAttribute } from './modify-vpc-attribute.ts'
import { createNetworkInterface } from './network-interface.ts'

function aVpc(ctx: OperationContext, CidrBlock = '10.0.0.0/16'): string {
  const id = createVpc.handle({ CidrBlock }, ctx).Vpc?.VpcId
  assert.ok(id)
  return id
}

function aSubnet(ctx: OperationContext, VpcId: string, CidrBlock = '10.0.1.0/24'): string {
  const id = createSubnet.handle({ VpcId, CidrBlock }, ctx).Subnet?.SubnetId
  assert.ok(id)
  return id
}

test('a new VPC is pending in the answer, available when described, and has the members AWS shows', () => {
  const ctx = aContext()
  const TagSpecifications = [{ ResourceType: 'vpc' as const, Tags: [{ Key: 'Name', Value: 'consumer' }] }]
  const { Vpc } = createVpc.handle({ CidrBlock: '10.0.0.0/16', TagSpecifications }, ctx)
  assert.equal(Vpc?.State, 'pending')
  const found = describeVpcs.handle({ VpcIds: [Vpc?.VpcId ?? ''] }, ctx).Vpcs
  assert.deepEqual(found, [{ ...Vpc, State: 'available' }])
  const { VpcId, DhcpOptionsId, CidrBlockAssociationSet, ...rest } = found?.[0] ?? {}
  assert.match(VpcId ?? '', /^vpc-[0-9a-f]{17}$/)
  assert.match(DhcpOptionsId ?? '', /^dopt-[0-9a-f]{17}$/)
  assert.match(CidrBlockAssociationSet?.[0]?.AssociationId ?? '', /^vpc-cidr-assoc-[0-9a-f]{17}$/)
  assert.deepEqual(rest, {
    OwnerId: '111111111111',
    State: 'available',
    CidrBlock: '10.0.0.0/16',
    Ipv6CidrBlockAssociationSet: [],
    InstanceTenancy: 'default',
    IsDefault: false,
    BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    Tags: [{ Key: 'Name', Value: 'consumer' }],
  })
})

test('VPCs may overlap, share their DHCP options and differ in their fabric address', () => {
  const ctx = aContext()
  const [a, b] = [aVpc(ctx), aVpc(ctx)].map((id) => ctx.tx.get('vpc', id))
  assert.equal(a?.cidrBlock, b?.cidrBlock)
  assert.equal(a?.dhcpOptionsId, b?.dhcpOptionsId)
  assert.notEqual(a?.fabricIp, b?.fabricIp)
})

test('a new VPC has a default group: all among its members, all out', () => {
  const ctx = aContext()
  const vpcId = aVpc(ctx)
  const Filters = [
    { Name: 'vpc-id', Values: [vpcId] },
    { Name: 'group-name', Values: ['default'] },
  ]
  const [group] = describeSecurityGroups.handle({ Filters }, ctx).SecurityGroups ?? []
  assert.equal(group?.Description, 'default VPC security group')
  assert.deepEqual(group?.IpPermissions, [
    {
      IpProtocol: '-1',
      UserIdGroupPairs: [{ GroupId: group?.GroupId, UserId: '111111111111' }],
      IpRanges: [],
      Ipv6Ranges: [],
      PrefixListIds: [],
    },
  ])
  assert.deepEqual(group?.IpPermissionsEgress, [
    {
      IpProtocol: '-1',
      UserIdGroupPairs: [],
      IpRanges: [{ CidrIp: '0.0.0.0/0' }],
      Ipv6Ranges: [],
      PrefixListIds: [],
    },
  ])
})

for (const { CidrBlock, code, message } of [
  { CidrBlock: '10.0.0.0/15', code: 'InvalidVpc.Range', message: "The CIDR '10.0.0.0/15' is invalid." },
  { CidrBlock: '10.0.0.0/29', code: 'InvalidVpc.Range', message: "The CIDR '10.0.0.0/29' is invalid." },
  { CidrBlock: '127.0.0.0/16', code: 'InvalidVpc.Range', message: "The CIDR '127.0.0.0/16' is invalid." },
  { CidrBlock: '169.254.0.0/20', code: 'InvalidVpc.Range', message: "The CIDR '169.254.0.0/20' is invalid." },
  { CidrBlock: '240.0.0.0/16', code: 'InvalidVpc.Range', message: "The CIDR '240.0.0.0/16' is invalid." },
  {
    CidrBlock: '10.0.0.0',
    code: 'InvalidParameterValue',
    message: 'Value (10.0.0.0) for parameter cidrBlock is invalid. This is not a valid CIDR block.',
  },
  { CidrBlock: '10.0.0.256/24', code: 'InvalidParameterValue', message: /This is not a valid CIDR block/ },
  {
    CidrBlock: undefined,
    code: 'MissingParameter',
    message: "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.",
  },
]) {
  test(`CreateVpc of ${CidrBlock} answers ${code}`, () => {
    assert.throws(() => createVpc.handle({ CidrBlock }, aContext()), { code, message })
  })
}

test('host bits of a block are cleared', () => {
  const ctx = aContext()
  const vpcId = aVpc(ctx, '100.68.0.18/18')
  assert.equal(ctx.tx.get('vpc', vpcId)?.cidrBlock, '100.68.0.0/18')
  const subnetId = aSubnet(ctx, vpcId, '100.68.1.7/24')
  assert.equal(ctx.tx.get('subnet', subnetId)?.cidrBlock, '100.68.1.0/24')
})

test('what is not built is refused by name', () => {
  const ctx = aContext()
  const Ipv6Pool = 'ipv6pool-ec2-0123456789abcdef0'
  assert.throws(() => createVpc.handle({ CidrBlock: '10.0.0.0/16', Ipv6Pool }, ctx), {
    code: 'UnsupportedOperation',
    message: 'An IPv6 CIDR block of your own is not supported here.',
  })
})

for (const { id, code, message } of [
  {
    id: 'vpc-0123456789abcdef0',
    code: 'InvalidVpcID.NotFound',
    message: "The vpc ID 'vpc-0123456789abcdef0' does not exist",
  },
  { id: 'subnet-0123', code: 'InvalidVpcID.Malformed', message: 'Invalid id: "subnet-0123" (expecting "vpc-...")' },
  { id: 'vpc-', code: 'InvalidVpcID.Malformed', message: 'Invalid id: "vpc-" (expecting "vpc-...")' },
]) {
  test(`the VPC ${id} answers ${code} everywhere`, () => {
    const ctx = aContext()
    const expected = { code, message }
    assert.throws(() => describeVpcs.handle({ VpcIds: [id] }, ctx), expected)
    assert.throws(() => deleteVpc.handle({ VpcId: id }, ctx), expected)
    assert.throws(() => createSubnet.handle({ VpcId: id, CidrBlock: '10.0.0.0/24' }, ctx), expected)
    assert.throws(() => describeVpcAttribute.handle({ VpcId: id, Attribute: 'enableDnsSupport' }, ctx), expected)
  })
}

test('another account and another Region see nothing of it', () => {
  const ctx = aContext()
  const vpcId = aVpc(ctx)
  const subnetId = aSubnet(ctx, vpcId)
  for (const other of [{ accountId: '222222222222' }, { region: 'eu-west-1' }]) {
    const stranger = aContext({ tx: ctx.tx, ...other })
    assert.deepEqual(describeVpcs.handle({}, stranger).Vpcs, [])
    assert.throws(() => describeVpcs.handle({ VpcIds: [vpcId] }, stranger), { code: 'InvalidVpcID.NotFound' })
    assert.throws(() => deleteVpc.handle({ VpcId: vpcId }, stranger), { code: 'InvalidVpcID.NotFound' })
    assert.throws(() => deleteSubnet.handle({ SubnetId: subnetId }, stranger), { code: 'InvalidSubnetID.NotFound' })
    assert.throws(() => createSubnet.handle({ VpcId: vpcId, CidrBlock: '10.0.2.0/24' }, stranger), {
      code: 'InvalidVpcID.NotFound',
    })
  }
})

test('several unknown ids are named together, once each', () => {
  assert.throws(() => describeVpcs.handle({ VpcIds: ['vpc-1', 'vpc-2', 'vpc-1'] }, aContext()), {
    code: 'InvalidVpcID.NotFound',
    message: "The vpc IDs 'vpc-1, vpc-2' do not exist",
  })
})

test('a VPC goes when it is empty, with its default group, and not before', () => {
  const ctx = aContext()
  const VpcId = aVpc(ctx)
  const SubnetId = aSubnet(ctx, VpcId)
  const { GroupId } = createSecurityGroup.handle({ VpcId, GroupName: 'web', Description: 'd' }, ctx)
  const subnet = ctx.tx.get('subnet', SubnetId)
  assert.ok(subnet)
  const eni = createNetworkInterface(ctx, { subnet, interfaceType: 'interface', groupIds: [] })

  const inUse = { code: 'DependencyViolation', message: `The vpc '${VpcId}' has dependencies and cannot be deleted.` }
  assert.throws(() => deleteVpc.handle({ VpcId }, ctx), inUse)
  assert.throws(() => deleteSubnet.handle({ SubnetId }, ctx), {
    code: 'DependencyViolation',
    message: `The subnet '${SubnetId}' has dependencies and cannot be deleted.`,
  })
  ctx.tx.delete('network-interface', eni.networkInterfaceId)
  deleteSubnet.handle({ SubnetId }, ctx)
  assert.throws(() => deleteVpc.handle({ VpcId }, ctx), inUse, 'a group is left')
  deleteSecurityGroup.handle({ GroupId }, ctx)
  deleteVpc.handle({ VpcId }, ctx)
  for (const kind of ['vpc', 'subnet', 'security-group', 'security-group-rule'] as const) {
    assert.deepEqual([...ctx.tx.all(kind)], [], kind)
  }
})

test('attributes: DNS support on and host names off, one changed per call', () => {
  const ctx = aContext()
  const VpcId = aVpc(ctx)
  const attributes = () => ({
    ...describeVpcAttribute.handle({ VpcId, Attribute: 'enableDnsSupport' }, ctx),
    ...describeVpcAttribute.handle({ VpcId, Attribute: 'enableDnsHostnames' }, ctx),
    ...describeVpcAttribute.handle({ VpcId, Attribute: 'enableNetworkAddressUsageMetrics' }, ctx),
  })
  const before = {
    VpcId,
    EnableDnsSupport: { Value: true },
    EnableDnsHostnames: { Value: false },
    EnableNetworkAddressUsageMetrics: { Value: false },
  }
  assert.deepEqual(attributes(), before)
  modifyVpcAttribute.handle({ VpcId, EnableDnsHostnames: { Value: true } }, ctx)
  assert.deepEqual(attributes(), { ...before, EnableDnsHostnames: { Value: true } })
  const both = { VpcId, EnableDnsHostnames: { Value: true }, EnableDnsSupport: { Value: true } }
  assert.throws(() => modifyVpcAttribute.handle(both, ctx), { code: 'InvalidParameterCombination' })
  assert.throws(() => modifyVpcAttribute.handle({ VpcId }, ctx), { code: 'InvalidParameterCombination' })
  modifyVpcAttribute.handle({ VpcId, EnableNetworkAddressUsageMetrics: { Value: true } }, ctx)
  assert.deepEqual(attributes().EnableNetworkAddressUsageMetrics, { Value: true })
})

test('a new subnet is available at once and has the members AWS shows', () => {
  const ctx = aContext()
  const VpcId = aVpc(ctx)
  const { Subnet } = createSubnet.handle({ VpcId, CidrBlock: '10.0.1.0/24', AvailabilityZone: 'us-east-1b' }, ctx)
  assert.deepEqual(describeSubnets.handle({ SubnetIds: [Subnet?.SubnetId ?? ''] }, ctx).Subnets, [Subnet])
  const { SubnetId, SubnetArn, ...rest } = Subnet ?? {}
  assert.equal(SubnetArn, `arn:aws:ec2:us-east-1:111111111111:subnet/${SubnetId}`)
  assert.deepEqual(rest, {
    VpcId,
    OwnerId: '111111111111',
    State: 'available',
    CidrBlock: '10.0.1.0/24',
    AvailableIpAddressCount: 251,
    AvailabilityZone: 'us-east-1b',
    AvailabilityZoneId: 'use1-az2',
    DefaultForAz: false,
    MapPublicIpOnLaunch: false,
    MapCustomerOwnedIpOnLaunch: false,
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    Ipv6Native: false,
    EnableDns64: false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    Tags: [],
  })
})

for (const { CidrBlock, AvailabilityZone, AvailabilityZoneId, code } of [
  { CidrBlock: '10.1.0.0/24', code: 'InvalidSubnet.Range' },
  { CidrBlock: '10.0.0.0/15', code: 'InvalidSubnet.Range' },
  { CidrBlock: '10.0.0.0/29', code: 'InvalidSubnet.Range' },
  { CidrBlock: '10.0.1.0/24', code: 'InvalidSubnet.Conflict' },
  { CidrBlock: '10.0.1.128/25', code: 'InvalidSubnet.Conflict' },
  { CidrBlock: '10.0.0.0/16', code: 'InvalidSubnet.Conflict' },
  { CidrBlock: 'nonsense', code: 'InvalidParameterValue' },
  { CidrBlock: undefined, code: 'MissingParameter' },
  { CidrBlock: '10.0.2.0/24', AvailabilityZone: 'eu-west-1a', code: 'InvalidParameterValue' },
  { CidrBlock: '10.0.2.0/24', AvailabilityZoneId: 'use1-az9', code: 'InvalidParameterValue' },
]) {
  test(`CreateSubnet of ${CidrBlock} ${AvailabilityZone ?? AvailabilityZoneId ?? ''} answers ${code}`, () => {
    const ctx = aContext()
    const VpcId = aVpc(ctx)
    aSubnet(ctx, VpcId, '10.0.1.0/24')
    const input = { VpcId, CidrBlock, AvailabilityZone, AvailabilityZoneId }
    assert.throws(() => createSubnet.handle(input, ctx), { code })
  })
}

test('a subnet without a zone goes where the VPC has the fewest', () => {
  const ctx = aContext()
  const VpcId = aVpc(ctx)
  createSubnet.handle({ VpcId, CidrBlock: '10.0.0.0/24', AvailabilityZone: 'us-east-1b' }, ctx)
  const zones = [1, 2, 3].map(
    (i) => createSubnet.handle({ VpcId, CidrBlock: `10.0.${i}.0/24` }, ctx).Subnet?.AvailabilityZone,
  )
  assert.deepEqual(zones, ['us-east-1a', 'us-east-1c', 'us-east-1d'])
})

for (const { name, value, count } of [
  { name: 'vpc-id', value: 'vpc-*', count: 2 },
  { name: 'cidr-block', value: '10.0.1.0/24', count: 1 },
  { name: 'availability-zone', value: 'us-east-1a', count: 1 },
  { name: 'availabilityZoneId', value: 'use1-az2', count: 1 },
  { name: 'available-ip-address-count', value: '251', count: 1 },
  { name: 'default-for-az', value: 'true', count: 0 },
  { name: 'outpost-arn', value: '*', count: 0 },
]) {
  test(`DescribeSubnets with ${name}=${value} finds ${count}`, () => {
    const ctx = aContext()
    const VpcId = aVpc(ctx)
    aSubnet(ctx, VpcId, '10.0.1.0/24')
    aSubnet(ctx, VpcId, '10.0.2.0/25')
    const found = describeSubnets.handle({ Filters: [{ Name: name, Values: [value] }] }, ctx).Subnets
    assert.equal(found?.length, count)
  })
}

test('an unknown filter has the code of the older calls', () => {
  assert.throws(() => describeVpcs.handle({ Filters: [{ Name: 'colour', Values: ['x'] }] }, aContext()), {
    code: 'InvalidParameterValue',
    message: "The filter 'colour' is invalid",
  })
})

test('the default VPC has a /20 in every zone, and is made once', () => {
  const ctx = aContext()
  const vpc = ensureDefaultVpc(ctx)
  assert.equal(ensureDefaultVpc(ctx), vpc)
  const [shown] = describeVpcs.handle({ Filters: [{ Name: 'is-default', Values: ['true'] }] }, ctx).Vpcs ?? []
  assert.equal(shown?.CidrBlock, '172.31.0.0/16')
  assert.equal(vpc.enableDnsHostnames, true)
  const subnets = describeSubnets.handle({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] }, ctx).Subnets
  assert.deepEqual(
    subnets?.map((subnet) => `${subnet.AvailabilityZone} ${subnet.CidrBlock} ${subnet.AvailableIpAddressCount}`),
    [
      'us-east-1a 172.31.0.0/20 4091',
      'us-east-1b 172.31.16.0/20 4091',
      'us-east-1c 172.31.32.0/20 4091',
      'us-east-1d 172.31.48.0/20 4091',
      'us-east-1e 172.31.64.0/20 4091',
      'us-east-1f 172.31.80.0/20 4091',
    ],
  )
  assert.equal([...ctx.tx.all('security-group')].length, 1)
})

test('each account and Region has its own default VPC; a Region that does not exist has none', () => {
  const ctx = aContext()
  const ids = [{}, { accountId: '222222222222' }, { region: 'eu-west-1' }].map(
    (other) => ensureDefaultVpc(aContext({ tx: ctx.tx, ...other })).vpcId,
  )
  assert.equal(new Set(ids).size, 3)
  assert.throws(() => ensureDefaultVpc(aContext({ region: 'mars-north-1' })), { code: 'AuthFailure', status: 401 })
})

test('Regions and zones', () => {
  const ctx = aContext()
  assert.equal(describeRegions.handle({}, ctx).Regions?.length, 17)
  assert.deepEqual(describeRegions.handle({ RegionNames: ['eu-west-1'] }, ctx).Regions, [
    { RegionName: 'eu-west-1', Endpoint: 'ec2.eu-west-1.amazonaws.com', OptInStatus: 'opt-in-not-required' },
  ])
  assert.throws(() => describeRegions.handle({ RegionNames: ['mars-north-1'] }, ctx), {
    code: 'InvalidParameterValue',
    message: 'Invalid region names: [mars-north-1]',
  })

  const zones = describeAvailabilityZones.handle({ Filters: [{ Name: 'zone-id', Values: ['use1-az[12]'] }] }, ctx)
  assert.deepEqual(zones.AvailabilityZones, [], 'brackets are no wildcard')
  const [zone] = describeAvailabilityZones.handle({ ZoneNames: ['us-east-1c'] }, ctx).AvailabilityZones ?? []
  assert.deepEqual(zone, {
    State: 'available',
    OptInStatus: 'opt-in-not-required',
    Messages: [],
    RegionName: 'us-east-1',
    ZoneName: 'us-east-1c',
    ZoneId: 'use1-az3',
    GroupName: 'us-east-1-zg-1',
    GroupLongName: 'US East (N. Virginia) 1',
    NetworkBorderGroup: 'us-east-1',
    ZoneType: 'availability-zone',
  })
  assert.throws(() => describeAvailabilityZones.handle({ ZoneNames: ['us-east-1z'] }, ctx), {
    code: 'InvalidParameterValue',
  })
})
