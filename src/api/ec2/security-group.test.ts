import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IpPermission } from '@aws-sdk/client-ec2'
import { aContext } from '../../../test/support/fake-context.ts'
import type { OperationContext } from '../operation.ts'
import { authorizeSecurityGroupEgress } from './authorize-security-group-egress.ts'
import { authorizeSecurityGroupIngress } from './authorize-security-group-ingress.ts'
import { createSecurityGroup } from './create-security-group.ts'
import { createSubnet } from './create-subnet.ts'
import { createVpc } from './create-vpc.ts'
import { ensureDefaultVpc } from './default-vpc.ts'
import { deleteSecurityGroup } from './delete-security-group.ts'
import { describeSecurityGroupRules } from './describe-security-group-rules.ts'
import { describeSecurityGroups } from './describe-security-groups.ts'
import { createNetworkInterface } from './network-interface.ts'
import { revokeSecurityGroupEgress } from './revoke-security-group-egress.ts'
import { revokeSecurityGroupIngress } from './revoke-security-group-ingress.ts'
import { defaultGroupOf, resolveGroups } from './security-group.ts'

function aVpc(ctx: OperationContext): string {
  const id = createVpc.handle({ CidrBlock: '10.0.0.0/16' }, ctx).Vpc?.VpcId
  assert.ok(id)
  return id
}

function aGroup(ctx: OperationContext, VpcId: string, GroupName = 'web'): string {
  const id = createSecurityGroup.handle({ VpcId, GroupName, Description: 'for tests' }, ctx).GroupId
  assert.ok(id)
  return id
}

const http: IpPermission = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }

function describe(ctx: OperationContext, groupId: string) {
  return describeSecurityGroups.handle({ GroupIds: [groupId] }, ctx).SecurityGroups?.[0]
}

test('a new group lets nothing in and all IPv4 out', () => {
  const ctx = aContext()
  const VpcId = aVpc(ctx)
  const TagSpecifications = [{ ResourceType: 'security-group' as const, Tags: [{ Key: 'k', Value: 'v' }] }]
  const created = createSecurityGroup.handle({ VpcId, GroupName: 'web', Description: 'd', TagSpecifications }, ctx)
  const { GroupId } = created
  assert.deepEqual(created, {
    GroupId,
    SecurityGroupArn: `arn:aws:ec2:us-east-1:111111111111:security-group/${GroupId}`,
    Tags: [{ Key: 'k', Value: 'v' }],
  })
  const group = describe(ctx, GroupId ?? '')
  assert.deepEqual(group?.IpPermissions, [])
  assert.deepEqual(group?.IpPermissionsEgress?.[0]?.IpRanges, [{ CidrIp: '0.0.0.0/0' }])
})

test('Terraform takes the egress rule away with ports 0 and 0, and tries the IPv6 one', () => {
  const ctx = aContext()
  const GroupId = aGroup(ctx, aVpc(ctx))
  const all = { IpProtocol: '-1', FromPort: 0, ToPort: 0 }
  const IpPermissions = [{ ...all, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]
  const revoked = revokeSecurityGroupEgress.handle({ GroupId, IpPermissions }, ctx)
  assert.equal(revoked.RevokedSecurityGroupRules?.length, 1)
  assert.deepEqual(describe(ctx, GroupId)?.IpPermissionsEgress, [])
  const ipv6 = { GroupId, IpPermissions: [{ ...all, Ipv6Ranges: [{ CidrIpv6: '::/0' }] }] }
  assert.throws(() => revokeSecurityGroupEgress.handle(ipv6, ctx), { code: 'InvalidPermission.NotFound' })
})

for (const { input, code, message } of [
  {
    input: { GroupName: 'web' },
    code: 'InvalidGroup.Duplicate',
    message: /^The security group 'web' already exists for VPC 'vpc-/,
  },
  {
    input: { GroupName: 'default' },
    code: 'InvalidParameterValue',
    message: 'Cannot use reserved security group name: default',
  },
  { input: { GroupName: 'sg-web' }, code: 'InvalidParameterValue', message: /may not be in the format sg-/ },
  { input: { GroupName: 'wéb' }, code: 'InvalidParameterValue', message: /Valid group names are/ },
  { input: { GroupName: '' }, code: 'MissingParameter', message: 'The request must contain the parameter groupName' },
  {
    input: { Description: '' },
    code: 'MissingParameter',
    message: 'The request must contain the parameter groupDescription',
  },
  { input: { Description: 'x'.repeat(256) }, code: 'InvalidParameterValue', message: /Valid descriptions are/ },
  { input: { VpcId: 'vpc-12345678' }, code: 'InvalidVpcID.NotFound', message: /does not exist/ },
  { input: { VpcId: undefined }, code: 'VPCIdNotSpecified', message: 'No default VPC for this user' },
]) {
  test(`CreateSecurityGroup with ${JSON.stringify(input).slice(0, 60)} answers ${code}`, () => {
    const ctx = aContext()
    const VpcId = aVpc(ctx)
    aGroup(ctx, VpcId)
    const wish = { VpcId, GroupName: 'other', Description: 'd', ...input }
    assert.throws(() => createSecurityGroup.handle(wish, ctx), { code, message })
  })
}

test('the same name is free in another VPC, and without a VPC the group goes to the default one', () => {
  const ctx = aContext()
  aGroup(ctx, aVpc(ctx))
  aGroup(ctx, aVpc(ctx))
  const vpc = ensureDefaultVpc(ctx)
  const { GroupId } = createSecurityGroup.handle({ GroupName: 'web', Description: 'd' }, ctx)
  assert.equal(ctx.tx.get('security-group', GroupId)?.vpcId, vpc.vpcId)
  const named = describeSecurityGroups.handle({ GroupNames: ['web'] }, ctx).SecurityGroups
  assert.deepEqual(
    named?.map((group) => group.GroupId),
    [GroupId],
  )
  assert.throws(() => describeSecurityGroups.handle({ GroupNames: ['nobody'] }, ctx), {
    code: 'InvalidGroup.NotFound',
    message: `The security group 'nobody' does not exist in default VPC '${vpc.vpcId}'`,
  })
})

test('rules with four peers become four rules and one permission', () => {
  const ctx = aContext()
  const VpcId = aVpc(ctx)
  const GroupId = aGroup(ctx, VpcId)
  const peer = aGroup(ctx, VpcId, 'clients')
  const permission: IpPermission = {
    IpProtocol: 'TCP',
    FromPort: 443,
    ToPort: 443,
    IpRanges: [{ CidrIp: '10.0.0.7/8', Description: 'our own' }, { CidrIp: '192.0.2.1/32' }],
    Ipv6Ranges: [{ CidrIpv6: '2001:DB8:0:0::1/32' }],
    UserIdGroupPairs: [{ GroupId: peer }],
  }
  const TagSpecifications = [{ ResourceType: 'security-group-rule' as const, Tags: [{ Key: 'k', Value: 'v' }] }]
  const { Return, SecurityGroupRules } = authorizeSecurityGroupIngress.handle(
    { GroupId, IpPermissions: [permission], TagSpecifications },
    ctx,
  )
  assert.equal(Return, true)
  assert.equal(SecurityGroupRules?.length, 4)
  assert.deepEqual(describe(ctx, GroupId)?.IpPermissions, [
    {
      IpProtocol: 'tcp',
      FromPort: 443,
      ToPort: 443,
      IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'our own' }, { CidrIp: '192.0.2.1/32' }],
      Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }],
      UserIdGroupPairs: [{ GroupId: peer, UserId: '111111111111' }],
      PrefixListIds: [],
    },
  ])
  const Filters = [
    { Name: 'group-id', Values: [GroupId] },
    { Name: 'tag:k', Values: ['v'] },
  ]
  assert.deepEqual(describeSecurityGroupRules.handle({ Filters }, ctx).SecurityGroupRules, SecurityGroupRules)
  const [first] = SecurityGroupRules ?? []
  assert.deepEqual(first, {
    SecurityGroupRuleId: first?.SecurityGroupRuleId,
    SecurityGroupRuleArn: `arn:aws:ec2:us-east-1:111111111111:security-group-rule/${first?.SecurityGroupRuleId}`,
    GroupId,
    GroupOwnerId: '111111111111',
    IsEgress: false,
    IpProtocol: 'tcp',
    FromPort: 443,
    ToPort: 443,
    CidrIpv4: '10.0.0.0/8',
    Description: 'our own',
    Tags: [{ Key: 'k', Value: 'v' }],
  })
})

for (const { permission, protocol, from, to } of [
  { permission: { IpProtocol: '6', FromPort: 0, ToPort: 65535 }, protocol: 'tcp', from: 0, to: 65535 },
  { permission: { IpProtocol: 'udp', FromPort: 53, ToPort: 53 }, protocol: 'udp', from: 53, to: 53 },
  { permission: { IpProtocol: 'all' }, protocol: '-1', from: -1, to: -1 },
  { permission: { IpProtocol: '-1', FromPort: 80, ToPort: 90 }, protocol: '-1', from: -1, to: -1 },
  { permission: { IpProtocol: 'icmp' }, protocol: 'icmp', from: -1, to: -1 },
  { permission: { IpProtocol: 'icmp', FromPort: 8, ToPort: 0 }, protocol: 'icmp', from: 8, to: 0 },
  { permission: { IpProtocol: '58', FromPort: 128, ToPort: -1 }, protocol: 'icmpv6', from: 128, to: -1 },
  { permission: { IpProtocol: '50' }, protocol: '50', from: -1, to: -1 },
]) {
  test(`a rule for ${JSON.stringify(permission)} is ${protocol} ${from}..${to}`, () => {
    const ctx = aContext()
    const GroupId = aGroup(ctx, aVpc(ctx))
    const IpPermissions = [{ ...permission, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]
    const [rule] = authorizeSecurityGroupIngress.handle({ GroupId, IpPermissions }, ctx).SecurityGroupRules ?? []
    assert.deepEqual([rule?.IpProtocol, rule?.FromPort, rule?.ToPort], [protocol, from, to])
  })
}

for (const { permission, code, message } of [
  {
    permission: { ...http, FromPort: undefined },
    code: 'InvalidParameterValue',
    message: /Must specify both from and to ports with TCP\/UDP/,
  },
  {
    permission: { ...http, FromPort: 90 },
    code: 'InvalidParameterValue',
    message: 'Invalid TCP/UDP port range (90:80)',
  },
  {
    permission: { ...http, ToPort: 65536 },
    code: 'InvalidParameterValue',
    message: 'Invalid TCP/UDP port range (80:65536)',
  },
  {
    permission: { ...http, FromPort: -1, ToPort: -1 },
    code: 'InvalidParameterValue',
    message: 'Invalid TCP/UDP port range (-1:-1)',
  },
  {
    permission: { ...http, IpProtocol: 'icmp', FromPort: 256, ToPort: -1 },
    code: 'InvalidParameterValue',
    message: /out of range/,
  },
  { permission: { ...http, IpProtocol: 'sctpx' }, code: 'InvalidParameterValue', message: /Unknown protocol/ },
  { permission: { ...http, IpProtocol: '256' }, code: 'InvalidParameterValue', message: /Unknown protocol/ },
  { permission: { ...http, IpProtocol: undefined }, code: 'MissingParameter', message: /ipProtocol/ },
  {
    permission: { ...http, IpRanges: [{ CidrIp: '10.0.0.0/33' }] },
    code: 'InvalidParameterValue',
    message: 'CIDR block 10.0.0.0/33 is malformed',
  },
  {
    permission: { ...http, IpRanges: [{ CidrIp: '10.0.0.1' }] },
    code: 'InvalidParameterValue',
    message: 'CIDR block 10.0.0.1 is malformed',
  },
  {
    permission: { ...http, Ipv6Ranges: [{ CidrIpv6: '::/129' }] },
    code: 'InvalidParameterValue',
    message: 'CIDR block ::/129 is malformed',
  },
  {
    permission: { ...http, IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'é' }] },
    code: 'InvalidParameterValue',
    message: /Invalid rule description/,
  },
  { permission: { ...http, IpRanges: [] }, code: 'InvalidParameterValue', message: /Must specify at least one of/ },
  {
    permission: { ...http, IpRanges: [{ CidrIp: '10.0.0.0/8' }, { CidrIp: '10.9.9.9/8' }] },
    code: 'InvalidParameterValue',
    message: /must not appear multiple times/,
  },
  {
    permission: { ...http, PrefixListIds: [{ PrefixListId: 'pl-1' }] },
    code: 'InvalidPrefixListID.NotFound',
    message: /pl-1/,
  },
  {
    permission: { ...http, UserIdGroupPairs: [{ GroupId: 'sg-12345678' }] },
    code: 'InvalidGroup.NotFound',
    message: "The security group 'sg-12345678' does not exist",
  },
  {
    permission: { ...http, UserIdGroupPairs: [{ GroupId: 'web' }] },
    code: 'InvalidGroupId.Malformed',
    message: 'Invalid id: "web" (expecting "sg-...")',
  },
] satisfies { permission: IpPermission; code: string; message: string | RegExp }[]) {
  test(`a rule for ${JSON.stringify(permission)} answers ${code}`, () => {
    const ctx = aContext()
    const GroupId = aGroup(ctx, aVpc(ctx))
    const before = [...ctx.tx.all('security-group-rule')]
    assert.throws(() => authorizeSecurityGroupIngress.handle({ GroupId, IpPermissions: [permission] }, ctx), {
      code,
      message,
    })
    assert.deepEqual([...ctx.tx.all('security-group-rule')], before)
  })
}

for (const { permission, rule } of [
  { permission: http, rule: 'peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW' },
  { permission: { ...http, IpProtocol: '-1' }, rule: 'peer: 0.0.0.0/0, ALL, ALLOW' },
  { permission: { ...http, IpProtocol: '50' }, rule: 'peer: 0.0.0.0/0, protocol: 50, ALLOW' },
]) {
  test(`a second rule "${rule}" is a duplicate, whatever its description`, () => {
    const ctx = aContext()
    const GroupId = aGroup(ctx, aVpc(ctx))
    authorizeSecurityGroupIngress.handle({ GroupId, IpPermissions: [permission] }, ctx)
    const again = { ...permission, IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'again' }] }
    assert.throws(() => authorizeSecurityGroupIngress.handle({ GroupId, IpPermissions: [again] }, ctx), {
      code: 'InvalidPermission.Duplicate',
      message: `the specified rule "${rule}" already exists`,
    })
  })
}

test('the directions are apart: the same rule may be in both', () => {
  const ctx = aContext()
  const GroupId = aGroup(ctx, aVpc(ctx))
  authorizeSecurityGroupIngress.handle({ GroupId, IpPermissions: [http] }, ctx)
  authorizeSecurityGroupEgress.handle({ GroupId, IpPermissions: [http] }, ctx)
  assert.equal(describe(ctx, GroupId)?.IpPermissions?.length, 1)
  assert.equal(describe(ctx, GroupId)?.IpPermissionsEgress?.length, 2)
})

test('the flat form of a permission works, and not beside the other', () => {
  const ctx = aContext()
  const GroupId = aGroup(ctx, aVpc(ctx))
  const flat = { GroupId, IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '10.0.0.0/8' }
  authorizeSecurityGroupIngress.handle(flat, ctx)
  assert.equal(describe(ctx, GroupId)?.IpPermissions?.[0]?.IpRanges?.[0]?.CidrIp, '10.0.0.0/8')
  assert.throws(() => authorizeSecurityGroupIngress.handle({ ...flat, IpPermissions: [http] }, ctx), {
    code: 'InvalidParameterCombination',
  })
  assert.throws(() => authorizeSecurityGroupIngress.handle({ GroupId }, ctx), { code: 'MissingParameter' })
  revokeSecurityGroupIngress.handle(flat, ctx)
  assert.deepEqual(describe(ctx, GroupId)?.IpPermissions, [])
})

test('a rule names groups of its own VPC and account only', () => {
  const ctx = aContext()
  const GroupId = aGroup(ctx, aVpc(ctx))
  const stranger = aContext({ tx: ctx.tx, accountId: '222222222222' })
  const authorize = (peer: string) => () =>
    authorizeSecurityGroupIngress.handle(
      { GroupId, IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: peer }] }] },
      ctx,
    )
  assert.throws(authorize(aGroup(ctx, aVpc(ctx))), {
    code: 'InvalidGroup.NotFound',
    message: 'You have specified two resources that belong to different networks.',
  })
  assert.throws(authorize(aGroup(stranger, aVpc(stranger))), {
    code: 'InvalidGroup.NotFound',
    message: /^The security group 'sg-[0-9a-f]+' does not exist$/,
  })
})

test('revoking by id takes exactly those rules, and none when one is unknown', () => {
  const ctx = aContext()
  const GroupId = aGroup(ctx, aVpc(ctx))
  const https = { ...http, FromPort: 443, ToPort: 443 }
  const { SecurityGroupRules: rules = [] } = authorizeSecurityGroupIngress.handle(
    { GroupId, IpPermissions: [http, https] },
    ctx,
  )
  const id = rules[0]?.SecurityGroupRuleId ?? ''
  const revoke = (SecurityGroupRuleIds: string[]) =>
    revokeSecurityGroupIngress.handle({ GroupId, SecurityGroupRuleIds }, ctx)

  assert.throws(() => revoke([id, 'sgr-12345678']), {
    code: 'InvalidSecurityGroupRuleId.NotFound',
    message: "The security group rule ID 'sgr-12345678' does not exist",
  })
  assert.throws(() => revoke(['nonsense']), { code: 'InvalidSecurityGroupRuleId.Malformed' })
  assert.throws(() => revokeSecurityGroupEgress.handle({ GroupId, SecurityGroupRuleIds: [id] }, ctx), {
    code: 'InvalidSecurityGroupRuleId.NotFound',
  })
  assert.equal(describe(ctx, GroupId)?.IpPermissions?.length, 2)

  assert.deepEqual(revoke([id]), {
    Return: true,
    UnknownIpPermissions: [],
    RevokedSecurityGroupRules: [
      {
        SecurityGroupRuleId: id,
        GroupId,
        IsEgress: false,
        IpProtocol: 'tcp',
        FromPort: 80,
        ToPort: 80,
        CidrIpv4: '0.0.0.0/0',
      },
    ],
  })
  assert.equal(describe(ctx, GroupId)?.IpPermissions?.[0]?.FromPort, 443)
})

test('an unknown permission is an error, but in a default VPC it is listed in the answer', () => {
  const ctx = aContext()
  const GroupId = aGroup(ctx, aVpc(ctx))
  assert.throws(() => revokeSecurityGroupIngress.handle({ GroupId, IpPermissions: [http] }, ctx), {
    code: 'InvalidPermission.NotFound',
    message: 'The specified rule does not exist in this security group.',
  })
  const inDefault = aGroup(ctx, ensureDefaultVpc(ctx).vpcId)
  const { UnknownIpPermissions } = revokeSecurityGroupIngress.handle({ GroupId: inDefault, IpPermissions: [http] }, ctx)
  assert.deepEqual(UnknownIpPermissions?.[0]?.IpRanges, http.IpRanges)
})

test('a group stays while an interface has it or a rule of another group names it', () => {
  const ctx = aContext()
  const VpcId = aVpc(ctx)
  const GroupId = aGroup(ctx, VpcId)
  const other = aGroup(ctx, VpcId, 'other')
  const dependent = { code: 'DependencyViolation', message: `resource ${GroupId} has a dependent object` }
  const toSelf: IpPermission[] = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }]

  const subnet = ctx.tx.get('subnet', createSubnet.handle({ VpcId, CidrBlock: '10.0.1.0/24' }, ctx).Subnet?.SubnetId)
  assert.ok(subnet)
  const eni = createNetworkInterface(ctx, { subnet, interfaceType: 'interface', groupIds: [GroupId] })
  assert.throws(() => deleteSecurityGroup.handle({ GroupId }, ctx), dependent)
  ctx.tx.delete('network-interface', eni.networkInterfaceId)

  authorizeSecurityGroupIngress.handle({ GroupId: other, IpPermissions: toSelf }, ctx)
  assert.throws(() => deleteSecurityGroup.handle({ GroupId }, ctx), dependent)
  revokeSecurityGroupIngress.handle({ GroupId: other, IpPermissions: toSelf }, ctx)

  authorizeSecurityGroupIngress.handle({ GroupId, IpPermissions: toSelf }, ctx)
  assert.deepEqual(
    deleteSecurityGroup.handle({ GroupId }, ctx),
    { Return: true, GroupId },
    'a rule of its own is no hindrance',
  )
  assert.throws(() => deleteSecurityGroup.handle({ GroupId }, ctx), {
    code: 'InvalidGroup.NotFound',
    message: `The security group '${GroupId}' does not exist`,
  })
  assert.equal(ctx.tx.by('security-group-rule', 'groupId', GroupId).length, 0)
})

test('the default group cannot be deleted', () => {
  const ctx = aContext()
  const GroupId = defaultGroupOf(ctx.tx, aVpc(ctx))?.groupId
  assert.throws(() => deleteSecurityGroup.handle({ GroupId }, ctx), {
    code: 'CannotDelete',
    message: `the specified group: "${GroupId}" name: "default" cannot be deleted by a user`,
  })
  assert.throws(() => deleteSecurityGroup.handle({}, ctx), { code: 'MissingParameter' })
})

test('the groups of an interface: those asked for, or the default one', () => {
  const ctx = aContext()
  const VpcId = aVpc(ctx)
  const group = aGroup(ctx, VpcId)
  const elsewhere = aGroup(ctx, aVpc(ctx))
  const stranger = aContext({ tx: ctx.tx, accountId: '222222222222' })
  assert.deepEqual(resolveGroups(ctx.tx, VpcId, undefined), [defaultGroupOf(ctx.tx, VpcId)?.groupId])
  assert.deepEqual(resolveGroups(ctx.tx, VpcId, []), [defaultGroupOf(ctx.tx, VpcId)?.groupId])
  assert.deepEqual(resolveGroups(ctx.tx, VpcId, [group, group]), [group])
  for (const { groupIds, subnetId, code } of [
    { groupIds: ['sg-12345678'], code: 'InvalidGroup.NotFound' },
    { groupIds: ['default'], code: 'InvalidGroupId.Malformed' },
    { groupIds: [elsewhere], code: 'InvalidGroup.NotFound' },
    { groupIds: [elsewhere], subnetId: 'subnet-1', code: 'InvalidParameter' },
    { groupIds: [aGroup(stranger, aVpc(stranger))], subnetId: 'subnet-1', code: 'InvalidGroup.NotFound' },
    {
      groupIds: Array.from({ length: 17 }, (_, i) => aGroup(ctx, VpcId, `g${i}`)),
      code: 'SecurityGroupsPerInterfaceLimitExceeded',
    },
  ]) {
    assert.throws(() => resolveGroups(ctx.tx, VpcId, groupIds, subnetId), { code })
  }
})

for (const { name, value, finds } of [
  { name: 'ip-permission.protocol', value: 'tcp', finds: ['web'] },
  { name: 'ip-permission.from-port', value: '80', finds: ['web'] },
  { name: 'ip-permission.cidr', value: '0.0.0.0/0', finds: ['web'] },
  { name: 'egress.ip-permission.cidr', value: '0.0.0.0/0', finds: ['default', 'web'] },
  { name: 'ip-permission.group-name', value: 'default', finds: ['default'] },
  { name: 'group-name', value: 'w*', finds: ['web'] },
  { name: 'description', value: 'for tests', finds: ['web'] },
]) {
  test(`DescribeSecurityGroups with ${name}=${value} finds ${finds}`, () => {
    const ctx = aContext()
    const GroupId = aGroup(ctx, aVpc(ctx))
    authorizeSecurityGroupIngress.handle({ GroupId, IpPermissions: [http] }, ctx)
    const found = describeSecurityGroups.handle({ Filters: [{ Name: name, Values: [value] }] }, ctx).SecurityGroups
    assert.deepEqual(
      found?.map((group) => group.GroupName),
      finds,
    )
  })
}

test('rules of another account are not found', () => {
  const ctx = aContext()
  aVpc(ctx)
  const [rule] = ctx.tx.all('security-group-rule')
  const SecurityGroupRuleIds = [rule?.securityGroupRuleId ?? '']
  assert.equal(describeSecurityGroupRules.handle({ SecurityGroupRuleIds }, ctx).SecurityGroupRules?.length, 1)
  const stranger = aContext({ tx: ctx.tx, accountId: '222222222222' })
  assert.throws(() => describeSecurityGroupRules.handle({ SecurityGroupRuleIds }, stranger), {
    code: 'InvalidSecurityGroupRuleId.NotFound',
  })
})
