import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from '../../../test/support/fake-context.ts'
import { idOf } from '../../resource/kind.ts'
import { createFlowLogs } from './create-flow-logs.ts'
import { createInternetGateway } from './create-internet-gateway.ts'
import { createKeyPair } from './create-key-pair.ts'
import { createManagedPrefixList } from './create-managed-prefix-list.ts'
import { createTags } from './create-tags.ts'
import { createVpc } from './create-vpc.ts'
import { ensureDefaultVpc } from './default-vpc.ts'
import { deleteTags } from './delete-tags.ts'
import { describeTags } from './describe-tags.ts'
import { runInstances } from './run-instances.ts'

function someIds(ctx: ReturnType<typeof aContext>): string[] {
  ensureDefaultVpc(ctx)
  runInstances.handle({ ImageId: 'ami-1', MinCount: 1, MaxCount: 1 }, ctx)
  ctx.tx.put('endpoint-service', {
    serviceId: 'vpce-svc-1',
    serviceName: 'com.amazonaws.vpce.us-east-1.vpce-svc-1',
    ownerId: ctx.accountId,
    region: ctx.region,
    acceptanceRequired: true,
    networkLoadBalancerArns: [],
    availabilityZones: [],
    supportedIpAddressTypes: ['ipv4'],
    permissions: [{ servicePermissionId: 'vpce-svc-perm-1', principal: '*', principalType: 'All', tags: [] }],
    createdAt: ctx.now.toISOString(),
    tags: [],
  })
  const list = { PrefixListName: 'l', MaxEntries: 1, AddressFamily: 'IPv4' }
  const ids = [
    createManagedPrefixList.handle(list, ctx).PrefixList?.PrefixListId,
    createKeyPair.handle({ KeyName: 'k', KeyType: 'ed25519' }, ctx).KeyPairId,
    createFlowLogs.handle(
      {
        ResourceType: 'VPC',
        ResourceIds: [[...ctx.tx.all('vpc')][0]?.vpcId ?? ''],
        TrafficType: 'ALL',
        LogDestinationType: 's3',
        LogDestination: 'arn:aws:s3:::logs',
      },
      ctx,
    ).FlowLogIds?.[0],
  ]
  const ofVpc = (['route-table', 'network-acl'] as const).map((kind) => idOf[kind]([...ctx.tx.all(kind)][0] as never))
  const [options] = ctx.tx.all('dhcp-options')
  const gateway = createInternetGateway.handle({}, ctx).InternetGateway?.InternetGatewayId
  const [vpc] = ctx.tx.all('vpc')
  const [subnet] = ctx.tx.all('subnet')
  const [group] = ctx.tx.all('security-group')
  const [rule] = ctx.tx.all('security-group-rule')
  const [eni] = ctx.tx.all('network-interface')
  const [instance] = ctx.tx.all('instance')
  return [
    vpc?.vpcId,
    subnet?.subnetId,
    group?.groupId,
    rule?.securityGroupRuleId,
    eni?.networkInterfaceId,
    instance?.instanceId,
    ...ids,
    ...ofVpc,
    options?.dhcpOptionsId,
    gateway,
    'vpce-svc-1',
    'vpce-svc-perm-1',
  ].map((id) => id ?? '')
}

test('every kind can be tagged, found by its tags, and loses them again', () => {
  const ctx = aContext()
  const Resources = someIds(ctx)
  createTags.handle(
    {
      Resources,
      Tags: [
        { Key: 'Env', Value: 'prod' },
        { Key: 'Team', Value: 'net' },
      ],
    },
    ctx,
  )
  const Filters = [{ Name: 'key', Values: ['Env'] }]
  const found = describeTags.handle({ Filters }, ctx).Tags ?? []
  assert.deepEqual(new Set(found.map((tag) => tag.ResourceId)), new Set(Resources))
  assert.deepEqual(found.map((tag) => tag.ResourceType).toSorted(), [
    'dhcp-options',
    'instance',
    'internet-gateway',
    'key-pair',
    'network-acl',
    'network-interface',
    'prefix-list',
    'route-table',
    'security-group',
    'security-group-rule',
    'subnet',
    'vpc',
    'vpc-endpoint-service',
    'vpc-endpoint-service-permission',
    'vpc-flow-log',
  ])
  deleteTags.handle({ Resources, Tags: [{ Key: 'Env' }] }, ctx)
  assert.deepEqual(describeTags.handle({ Filters }, ctx).Tags, [])
  assert.equal(describeTags.handle({}, ctx).Tags?.length, Resources.length)
})

test('a tag with a value goes only if it has that value; no tag means all tags', () => {
  const ctx = aContext()
  const id = createVpc.handle({ CidrBlock: '10.0.0.0/16' }, ctx).Vpc?.VpcId ?? ''
  const Resources = [id]
  createTags.handle(
    {
      Resources,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '' },
        { Key: 'c', Value: '3' },
      ],
    },
    ctx,
  )
  const keys = () => ctx.tx.get('vpc', id)?.tags.map((tag) => tag.key)
  deleteTags.handle({ Resources, Tags: [{ Key: 'a', Value: '2' }] }, ctx)
  assert.deepEqual(keys(), ['a', 'b', 'c'])
  deleteTags.handle({ Resources, Tags: [{ Key: 'b', Value: '' }, { Key: 'c', Value: '' }, { Key: 'none' }] }, ctx)
  assert.deepEqual(keys(), ['a', 'c'])
  deleteTags.handle({ Resources }, ctx)
  assert.deepEqual(keys(), [])
})

test('taking away a tag that is not there writes nothing', () => {
  const ctx = aContext()
  const Resources = [createVpc.handle({ CidrBlock: '10.0.0.0/16' }, ctx).Vpc?.VpcId ?? '']
  const before = ctx.tx.revision
  deleteTags.handle({ Resources, Tags: [{ Key: 'none' }] }, ctx)
  assert.equal(ctx.tx.revision, before)
})

for (const { id, code } of [
  { id: 'nonsense', code: 'InvalidID' },
  { id: 'ami-12345678', code: 'InvalidID' },
  { id: 'vpc-12345678', code: 'InvalidVpcID.NotFound' },
  { id: 'subnet-12345678', code: 'InvalidSubnetID.NotFound' },
  { id: 'sg-12345678', code: 'InvalidGroup.NotFound' },
  { id: 'sgr-12345678', code: 'InvalidSecurityGroupRuleId.NotFound' },
  { id: 'eni-12345678', code: 'InvalidNetworkInterfaceID.NotFound' },
  { id: 'i-12345678', code: 'InvalidInstanceID.NotFound' },
  { id: 'i-', code: 'InvalidInstanceID.Malformed' },
  { id: 'vpce-12345678', code: 'InvalidVpcEndpointId.NotFound' },
  { id: 'vpce-svc-12345678', code: 'InvalidVpcEndpointServiceId.NotFound' },
  { id: 'vpce-svc-perm-12345678', code: 'InvalidID' },
]) {
  test(`tagging ${id} answers ${code}`, () => {
    const Tags = [{ Key: 'k', Value: 'v' }]
    assert.throws(() => createTags.handle({ Resources: [id], Tags }, aContext()), { code })
    assert.throws(() => deleteTags.handle({ Resources: [id], Tags }, aContext()), { code })
  })
}

test('another account can neither tag nor see tags', () => {
  const ctx = aContext()
  const Resources = someIds(ctx)
  createTags.handle({ Resources, Tags: [{ Key: 'k', Value: 'v' }] }, ctx)
  const stranger = aContext({ tx: ctx.tx, accountId: '222222222222' })
  for (const id of Resources) {
    assert.throws(() => createTags.handle({ Resources: [id], Tags: [{ Key: 'x', Value: '' }] }, stranger), /./, id)
  }
  assert.deepEqual(describeTags.handle({}, stranger).Tags, [])
})

test('what is missing is named', () => {
  assert.throws(() => createTags.handle({ Resources: [], Tags: [{ Key: 'k', Value: '' }] }, aContext()), {
    code: 'MissingParameter',
    message: 'The request must contain the parameter resourceIdSet',
  })
  assert.throws(() => createTags.handle({ Resources: ['vpc-1'], Tags: [] }, aContext()), {
    code: 'MissingParameter',
    message: 'The request must contain the parameter tagSet',
  })
})
