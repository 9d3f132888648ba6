import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModifyManagedPrefixListRequest } from '@aws-sdk/client-ec2'
import { aContext } from '../../../test/support/fake-context.ts'
import { aNetwork, must, throwsAwsError } from '../../../test/support/privatelink.ts'
import type { OperationContext } from '../operation.ts'
import { attachInternetGateway } from './attach-internet-gateway.ts'
import { authorizeSecurityGroupIngress } from './authorize-security-group-ingress.ts'
import { createInternetGateway } from './create-internet-gateway.ts'
import { createManagedPrefixList } from './create-managed-prefix-list.ts'
import { createRoute } from './create-route.ts'
import { createRouteTable } from './create-route-table.ts'
import { createSecurityGroup } from './create-security-group.ts'
import { deleteManagedPrefixList } from './delete-managed-prefix-list.ts'
import { deleteRoute } from './delete-route.ts'
import { describeManagedPrefixLists } from './describe-managed-prefix-lists.ts'
import { describePrefixLists } from './describe-prefix-lists.ts'
import { describeRouteTables } from './describe-route-tables.ts'
import { describeSecurityGroups } from './describe-security-groups.ts'
import { getManagedPrefixListAssociations } from './get-managed-prefix-list-associations.ts'
import { getManagedPrefixListEntries } from './get-managed-prefix-list-entries.ts'
import { modifyManagedPrefixList } from './modify-managed-prefix-list.ts'
import { restoreManagedPrefixListVersion } from './restore-managed-prefix-list-version.ts'
import { revokeSecurityGroupIngress } from './revoke-security-group-ingress.ts'

const wish = { PrefixListName: 'offices', MaxEntries: 3, AddressFamily: 'IPv4' }

function aList(ctx: OperationContext, ...cidrs: readonly string[]): string {
  const Entries = cidrs.map((Cidr) => ({ Cidr }))
  return must(createManagedPrefixList.handle({ ...wish, Entries }, ctx).PrefixList?.PrefixListId)
}

const entriesOf = (ctx: OperationContext, PrefixListId: string, TargetVersion?: number) =>
  getManagedPrefixListEntries.handle({ PrefixListId, TargetVersion }, ctx).Entries

test('a list is made, has entries in order, and shows what AWS shows', () => {
  const ctx = aContext()
  const made = createManagedPrefixList.handle(
    { ...wish, Entries: [{ Cidr: '10.1.2.3/16', Description: 'Bern' }, { Cidr: '192.0.2.0/24' }] },
    ctx,
  ).PrefixList
  assert.equal(made?.State, 'create-in-progress')
  const PrefixListId = must(made?.PrefixListId)
  assert.match(PrefixListId, /^pl-[0-9a-f]{17}$/)
  assert.deepEqual(describeManagedPrefixLists.handle({ PrefixListIds: [PrefixListId] }, ctx).PrefixLists, [
    {
      PrefixListId,
      AddressFamily: 'IPv4',
      State: 'create-complete',
      PrefixListArn: `arn:aws:ec2:us-east-1:111111111111:prefix-list/${PrefixListId}`,
      PrefixListName: 'offices',
      MaxEntries: 3,
      Version: 1,
      OwnerId: '111111111111',
      Tags: [],
    },
  ])
  assert.deepEqual(entriesOf(ctx, PrefixListId), [
    { Cidr: '10.1.0.0/16', Description: 'Bern' },
    { Cidr: '192.0.2.0/24' },
  ])
})

for (const { name, input, code } of [
  { name: 'without a name', input: { PrefixListName: undefined }, code: 'MissingParameter' },
  { name: "under AWS's name", input: { PrefixListName: 'com.amazonaws.x' }, code: 'InvalidParameterValue' },
  { name: 'of no family', input: { AddressFamily: 'IPv5' }, code: 'InvalidParameterValue' },
  { name: 'of size 0', input: { MaxEntries: 0 }, code: 'InvalidParameterValue' },
  { name: 'with the other family', input: { Entries: [{ Cidr: 'fd00::/8' }] }, code: 'InvalidParameterValue' },
  { name: 'with no CIDR', input: { Entries: [{ Cidr: '10.0.0.1' }] }, code: 'InvalidParameterValue' },
  {
    name: 'with an entry twice',
    input: { Entries: [{ Cidr: '10.0.0.1/24' }, { Cidr: '10.0.0.2/24' }] },
    code: 'InvalidParameterValue',
  },
  {
    name: 'with too many',
    input: { Entries: [1, 2, 3, 4].map((n) => ({ Cidr: `10.${n}.0.0/16` })) },
    code: 'PrefixListMaxEntriesExceeded',
  },
]) {
  test(`a list ${name} is refused: ${code}`, () => {
    const request = { ...wish, ...input } as Parameters<typeof createManagedPrefixList.handle>[0]
    throwsAwsError(() => createManagedPrefixList.handle(request, aContext()), code)
  })
}

test('a change of entries is a version; an old one comes back as a new one', () => {
  const ctx = aContext()
  const PrefixListId = aList(ctx, '10.1.0.0/16', '10.2.0.0/16')
  const modify = (input: Partial<ModifyManagedPrefixListRequest>) =>
    modifyManagedPrefixList.handle({ PrefixListId, ...input }, ctx).PrefixList
  const changed = modify({
    CurrentVersion: 1,
    RemoveEntries: [{ Cidr: '10.1.0.0/16' }],
    AddEntries: [{ Cidr: '10.2.0.0/16', Description: 'kept' }, { Cidr: '10.3.0.0/16' }],
  })
  assert.deepEqual([changed?.State, changed?.Version], ['modify-in-progress', 2])
  assert.deepEqual(entriesOf(ctx, PrefixListId), [
    { Cidr: '10.2.0.0/16', Description: 'kept' },
    { Cidr: '10.3.0.0/16' },
  ])
  assert.deepEqual(entriesOf(ctx, PrefixListId, 1), [{ Cidr: '10.1.0.0/16' }, { Cidr: '10.2.0.0/16' }])
  const AddEntries = [{ Cidr: '10.9.0.0/16' }]
  for (const { input, code } of [
    { input: { CurrentVersion: 1, AddEntries }, code: 'PrefixListVersionMismatch' },
    { input: { AddEntries }, code: 'MissingParameter' },
    { input: { CurrentVersion: 2, AddEntries, MaxEntries: 5 }, code: 'InvalidParameterCombination' },
    { input: { CurrentVersion: 2, AddEntries, RemoveEntries: AddEntries }, code: 'InvalidParameterValue' },
    { input: { CurrentVersion: 2, RemoveEntries: AddEntries }, code: 'InvalidPrefixListModification' },
    { input: { MaxEntries: 1 }, code: 'InvalidPrefixListModification' },
    { input: { CurrentVersion: 2 }, code: 'InvalidRequest' },
    {
      input: { CurrentVersion: 2, AddEntries: [...AddEntries, { Cidr: '10.8.0.0/16' }] },
      code: 'PrefixListMaxEntriesExceeded',
    },
  ]) {
    throwsAwsError(() => modify(input), code)
  }
  assert.equal(modify({ PrefixListName: 'renamed', MaxEntries: 2 })?.Version, 2)

  const restore = (PreviousVersion: number, CurrentVersion: number) =>
    restoreManagedPrefixListVersion.handle({ PrefixListId, PreviousVersion, CurrentVersion }, ctx).PrefixList
  throwsAwsError(() => restore(1, 1), 'PrefixListVersionMismatch')
  throwsAwsError(() => restore(7, 2), 'InvalidParameterValue')
  assert.deepEqual(
    [restore(1, 2)?.State, entriesOf(ctx, PrefixListId)?.[0]],
    ['restore-in-progress', { Cidr: '10.1.0.0/16' }],
  )
  assert.equal(ctx.tx.get('managed-prefix-list', PrefixListId)?.version, 3)
})

test('rules and routes name a list, which then stays', () => {
  const ctx = aContext()
  const { vpcId: VpcId } = aNetwork(ctx)
  const PrefixListId = aList(ctx, '10.1.0.0/16')
  const GroupId = must(createSecurityGroup.handle({ VpcId, GroupName: 'web', Description: 'web' }, ctx).GroupId)
  const permission = (id: string) => ({
    GroupId,
    IpPermissions: [
      { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, PrefixListIds: [{ PrefixListId: id, Description: 'in' }] },
    ],
  })
  const [rule] = authorizeSecurityGroupIngress.handle(permission(PrefixListId), ctx).SecurityGroupRules ?? []
  assert.deepEqual([rule?.PrefixListId, rule?.CidrIpv4], [PrefixListId, undefined])
  throwsAwsError(
    () => authorizeSecurityGroupIngress.handle(permission(PrefixListId), ctx),
    'InvalidPermission.Duplicate',
  )
  throwsAwsError(() => authorizeSecurityGroupIngress.handle(permission('pl-0'), ctx), 'InvalidPrefixListID.NotFound')
  const Filters = [{ Name: 'ip-permission.prefix-list-id', Values: [PrefixListId] }]
  const [shown] = describeSecurityGroups.handle({ Filters }, ctx).SecurityGroups ?? []
  assert.deepEqual(shown?.IpPermissions?.[0]?.PrefixListIds, [{ PrefixListId, Description: 'in' }])

  const GatewayId = must(createInternetGateway.handle({}, ctx).InternetGateway?.InternetGatewayId)
  attachInternetGateway.handle({ InternetGatewayId: GatewayId, VpcId }, ctx)
  const RouteTableId = must(createRouteTable.handle({ VpcId }, ctx).RouteTable?.RouteTableId)
  const route = { RouteTableId, DestinationPrefixListId: PrefixListId }
  createRoute.handle({ ...route, GatewayId }, ctx)
  createRoute.handle({ RouteTableId, DestinationIpv6CidrBlock: '::/0', GatewayId }, ctx)
  const [table] = describeRouteTables.handle({ RouteTableIds: [RouteTableId] }, ctx).RouteTables ?? []
  assert.deepEqual(
    table?.Routes?.map((r) => r.DestinationPrefixListId ?? r.DestinationIpv6CidrBlock ?? r.DestinationCidrBlock),
    ['10.0.0.0/16', PrefixListId, '::/0'],
  )
  const associations = () => getManagedPrefixListAssociations.handle({ PrefixListId }, ctx).PrefixListAssociations
  assert.deepEqual(
    associations()?.map((association) => association.ResourceId),
    [GroupId, RouteTableId],
  )
  const remove = () => deleteManagedPrefixList.handle({ PrefixListId }, ctx).PrefixList?.State
  throwsAwsError(remove, 'DependencyViolation')
  deleteRoute.handle(route, ctx)
  throwsAwsError(() => deleteRoute.handle(route, ctx), 'InvalidRoute.NotFound', /destination-prefix-list-id/)
  revokeSecurityGroupIngress.handle(permission(PrefixListId), ctx)
  assert.equal(remove(), 'delete-in-progress')
  throwsAwsError(remove, 'InvalidPrefixListID.NotFound')
})

test("a rule with a list counts for the list's size", () => {
  const quotas = new Map([['vpc/L-0EA8095F', 4]])
  const ctx = { ...aContext(), settings: { privateDnsVerification: 'trust' as const, quotas } }
  const { vpcId: VpcId } = aNetwork(ctx)
  const GroupId = must(createSecurityGroup.handle({ VpcId, GroupName: 'web', Description: 'web' }, ctx).GroupId)
  const allow = (peers: object) =>
    authorizeSecurityGroupIngress.handle({ GroupId, IpPermissions: [{ IpProtocol: '-1', ...peers }] }, ctx)
  allow({ PrefixListIds: [{ PrefixListId: aList(ctx) }] })
  allow({ IpRanges: [{ CidrIp: '10.0.0.0/8' }] })
  throwsAwsError(() => allow({ IpRanges: [{ CidrIp: '11.0.0.0/8' }] }), 'RulesPerSecurityGroupLimitExceeded')
  allow({ Ipv6Ranges: [{ CidrIpv6: '::/0' }] })
})

test("AWS's own lists are seen by everybody, hold nothing, and are nobody's to change", () => {
  const ctx = aContext()
  const [s3, dynamodb] = describePrefixLists.handle({}, ctx).PrefixLists ?? []
  assert.deepEqual(
    [s3?.PrefixListName, dynamodb?.PrefixListName],
    ['com.amazonaws.us-east-1.s3', 'com.amazonaws.us-east-1.dynamodb'],
  )
  const PrefixListId = must(s3?.PrefixListId)
  const [shown] = describeManagedPrefixLists.handle({ PrefixListIds: [PrefixListId] }, ctx).PrefixLists ?? []
  assert.deepEqual([shown?.OwnerId, shown?.MaxEntries], ['AWS', undefined])
  assert.deepEqual(entriesOf(ctx, PrefixListId), [])
  throwsAwsError(() => deleteManagedPrefixList.handle({ PrefixListId }, ctx), 'OperationNotPermitted')
  const Filters = [{ Name: 'prefix-list-name', Values: ['com.amazonaws.vpce.us-east-1.vpce-svc-0'] }]
  assert.deepEqual(describePrefixLists.handle({ Filters }, ctx).PrefixLists, [])
  throwsAwsError(() => describePrefixLists.handle({ PrefixListIds: ['pl-12'] }, ctx), 'InvalidPrefixListID.NotFound')
  throwsAwsError(
    () => describeManagedPrefixLists.handle({ PrefixListIds: ['x'] }, ctx),
    'InvalidPrefixListId.Malformed',
  )
})

test('pages of entries and of lists', () => {
  const ctx = aContext()
  const PrefixListId = aList(ctx, '10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16')
  const first = getManagedPrefixListEntries.handle({ PrefixListId, MaxResults: 2 }, ctx)
  assert.equal(first.Entries?.length, 2)
  const rest = getManagedPrefixListEntries.handle({ PrefixListId, MaxResults: 2, NextToken: first.NextToken }, ctx)
  assert.deepEqual([rest.Entries, rest.NextToken], [[{ Cidr: '10.3.0.0/16' }], undefined])
  const mine = [{ Name: 'owner-id', Values: ['111111111111'] }]
  assert.equal(describeManagedPrefixLists.handle({ Filters: mine }, ctx).PrefixLists?.length, 1)
})
