import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aContext, FakeTransaction } from '../../../test/support/fake-context.ts'
import { createAccount } from '../account.ts'
import { ensureDefaultVpc } from '../ec2/default-vpc.ts'
import { rootPrincipal } from '../identity.ts'
import { ec2Rows } from './ec2.ts'
import { type Input, touchedBy } from './row.ts'

const accountId = '111111111111'
const region = 'us-east-1'
const arn = (rest: string) => `arn:aws:ec2:${region}:${accountId}:${rest}`

/** The account's default VPC, a service of another account, and what the tests put beside. */
function aWorld() {
  const tx = new FakeTransaction()
  const ctx = aContext({ tx })
  createAccount(tx, ctx, { name: 'm', email: 'm@example.com', accountId })
  ensureDefaultVpc(ctx)
  const [vpc] = tx.by('vpc', 'ownerId', accountId)
  const [subnet] = tx.by('subnet', 'ownerId', accountId)
  const [group] = tx.by('security-group', 'ownerId', accountId)
  const [table] = tx.by('route-table', 'ownerId', accountId)
  assert.ok(vpc && subnet && group && table)
  tx.put('vpc', { ...vpc, tags: [{ key: 'team', value: 'net' }] })
  tx.put('endpoint-service', {
    serviceId: 'vpce-svc-1',
    serviceName: `com.amazonaws.vpce.${region}.vpce-svc-1`,
    ownerId: '222222222222',
    region,
    acceptanceRequired: false,
    networkLoadBalancerArns: [],
    availabilityZones: [],
    supportedIpAddressTypes: ['ipv4'],
    permissions: [],
    createdAt: '',
    tags: [{ key: 'secret', value: 'theirs' }],
  })
  return { tx, vpc, subnet, group, table }
}

function touched(operation: string, input: Input, tx = aWorld().tx) {
  const principal = rootPrincipal(accountId)
  return touchedBy(ec2Rows[operation], input, { view: tx, principal, accountId, region, operation })
}
const resourcesOf = (operation: string, input: Input, tx?: FakeTransaction) =>
  touched(operation, input, tx).map(({ action, resource }) => (action ? `${action} ${resource}` : resource))

for (const [operation, input, resources] of [
  ['DeleteVpc', { VpcId: 'vpc-1' }, [arn('vpc/vpc-1')]],
  ['DeleteVpc', {}, []],
  ['CreateVpc', { CidrBlock: '10.0.0.0/16' }, [arn('vpc/*')]],
  [
    'CreateVpc',
    { TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'a', Value: 'b' }] }] },
    [arn('vpc/*'), `ec2:CreateTags ${arn('vpc/*')}`],
  ],
  // Tags for another type are refused by the handler; they give no right and need none.
  ['CreateVpc', { TagSpecifications: [{ ResourceType: 'subnet', Tags: [{ Key: 'a', Value: 'b' }] }] }, [arn('vpc/*')]],
  [
    'CreateVpcEndpoint',
    {
      VpcId: 'vpc-1',
      ServiceName: 'x',
      SubnetIds: ['subnet-1', 'subnet-2'],
      SubnetConfigurations: [{ SubnetId: 'subnet-2', Ipv4: '10.0.0.5' }, { SubnetId: 'subnet-3' }],
      SecurityGroupIds: ['sg-1'],
    },
    [
      arn('vpc/vpc-1'),
      arn('vpc-endpoint/*'),
      arn('subnet/subnet-1'),
      arn('subnet/subnet-2'),
      arn('subnet/subnet-3'),
      arn('security-group/sg-1'),
    ],
  ],
  [
    'CreateVpcEndpoint',
    { VpcId: 'vpc-1', ServiceName: 'x', ServiceRegion: 'eu-west-1' },
    [arn('vpc/vpc-1'), arn('vpc-endpoint/*'), 'vpce:AllowMultiRegion *'],
  ],
  [
    'ModifyVpcEndpoint',
    { VpcEndpointId: 'vpce-1', AddSubnetIds: ['subnet-1'], RemoveSecurityGroupIds: ['sg-1'] },
    [arn('vpc-endpoint/vpce-1'), arn('subnet/subnet-1'), arn('security-group/sg-1')],
  ],
  [
    'DeleteVpcEndpoints',
    { VpcEndpointIds: ['vpce-1', 'vpce-2'] },
    [arn('vpc-endpoint/vpce-1'), arn('vpc-endpoint/vpce-2')],
  ],
  // The endpoints are another account's: only the service is the caller's.
  [
    'AcceptVpcEndpointConnections',
    { ServiceId: 'vpce-svc-1', VpcEndpointIds: ['vpce-1'] },
    [arn('vpc-endpoint-service/vpce-svc-1')],
  ],
  ['DeleteVpcEndpointConnectionNotifications', { ConnectionNotificationIds: ['vpce-nfn-1'] }, ['*']],
  [
    'CreateTags',
    { Resources: ['vpce-svc-1', 'vpce-1', 'vpce-svc-perm-1', 'pl-1', 'junk'], Tags: [{ Key: 'a', Value: 'b' }] },
    [
      arn('vpc-endpoint-service/vpce-svc-1'),
      arn('vpc-endpoint/vpce-1'),
      arn('vpc-endpoint-service-permission/vpce-svc-perm-1'),
      arn('prefix-list/pl-1'),
      arn('*/junk'),
    ],
  ],
  ['CreateSecurityGroup', { GroupName: 'a' }, [arn('security-group/*'), arn('vpc/*')]],
  [
    'AuthorizeSecurityGroupIngress',
    { GroupId: 'sg-1', TagSpecifications: [{ ResourceType: 'security-group-rule', Tags: [{ Key: 'a' }] }] },
    [arn('security-group/sg-1'), arn('security-group-rule/*'), `ec2:CreateTags ${arn('security-group-rule/*')}`],
  ],
  [
    'RunInstances',
    { ImageId: 'ami-1', NetworkInterfaces: [{ SubnetId: 'subnet-1', Groups: ['sg-1', 'sg-2'] }], KeyName: 'k' },
    [
      `arn:aws:ec2:${region}::image/ami-1`,
      arn('instance/*'),
      arn('network-interface/*'),
      arn('subnet/subnet-1'),
      arn('security-group/sg-1'),
      arn('security-group/sg-2'),
      arn('volume/*'),
      arn('key-pair/k'),
    ],
  ],
  // The server chooses where and with what, so every place must be allowed.
  [
    'RunInstances',
    { ImageId: 'ami-1' },
    [
      `arn:aws:ec2:${region}::image/ami-1`,
      arn('instance/*'),
      arn('network-interface/*'),
      arn('subnet/*'),
      arn('security-group/*'),
      arn('volume/*'),
    ],
  ],
  [
    'CreateFlowLogs',
    { ResourceIds: ['vpc-1', 'eni-1'], DeliverLogsPermissionArn: 'arn:aws:iam::111111111111:role/logs' },
    [
      arn('vpc-flow-log/*'),
      arn('vpc/vpc-1'),
      arn('network-interface/eni-1'),
      'iam:PassRole arn:aws:iam::111111111111:role/logs',
    ],
  ],
] as const satisfies readonly (readonly [string, Input, readonly string[]])[]) {
  test(`${operation} ${JSON.stringify(input)}`, () => {
    assert.deepEqual(resourcesOf(operation, input), resources)
  })
}

describe('condition keys', () => {
  const keysOf = (operation: string, input: Input, tx: FakeTransaction, resource: string) => {
    const found = touched(operation, input, tx).find((one) => one.resource === resource && !one.action)
    return Object.fromEntries(Object.entries(found?.keys ?? {}).filter(([, value]) => value !== undefined))
  }

  test('an existing resource has its tags and what its type has', () => {
    const { tx, vpc, subnet } = aWorld()
    const vpcArn = arn(`vpc/${vpc.vpcId}`)
    assert.deepEqual(keysOf('DeleteVpc', { VpcId: vpc.vpcId }, tx, vpcArn), {
      'ec2:VpcID': vpc.vpcId,
      'ec2:Tenancy': 'default',
      'aws:ResourceTag/team': 'net',
      'ec2:ResourceTag/team': 'net',
    })
    const { subnetId } = subnet
    assert.equal(keysOf('DeleteSubnet', { SubnetId: subnetId }, tx, arn(`subnet/${subnetId}`))['ec2:Vpc'], vpcArn)
  })

  test('nothing is told of what is another account’s, or in another Region', () => {
    const { tx, vpc } = aWorld()
    const service = arn('vpc-endpoint-service/vpce-svc-1')
    assert.deepEqual(keysOf('AcceptVpcEndpointConnections', { ServiceId: 'vpce-svc-1' }, tx, service), {})
    tx.put('vpc', { ...vpc, region: 'eu-west-1', tags: [{ key: 'team', value: 'net' }] })
    const found = keysOf('DeleteVpc', { VpcId: vpc.vpcId }, tx, arn(`vpc/${vpc.vpcId}`))
    assert.deepEqual(found, {})
  })

  test('a new endpoint: the service it is for, and the tags it is to have', () => {
    const { tx } = aWorld()
    const ServiceName = `com.amazonaws.vpce.${region}.vpce-svc-1`
    const TagSpecifications = [{ ResourceType: 'vpc-endpoint', Tags: [{ Key: 'team', Value: 'app' }, { Key: 'x' }] }]
    const input = { VpcId: 'vpc-1', ServiceName, TagSpecifications }
    assert.deepEqual(keysOf('CreateVpcEndpoint', input, tx, arn('vpc-endpoint/*')), {
      'ec2:VpceServiceName': ServiceName,
      'ec2:VpceServiceOwner': '222222222222',
      'ec2:VpceServiceRegion': region,
      'ec2:VpceMultiRegion': 'false',
      'aws:RequestTag/team': 'app',
      'aws:RequestTag/x': '',
      'aws:TagKeys': ['team', 'x'],
    })
    const tagging = touched('CreateVpcEndpoint', input, tx).find(({ action }) => action === 'ec2:CreateTags')
    assert.equal(tagging?.keys?.['ec2:CreateAction'], 'CreateVpcEndpoint')
    const aws = keysOf('CreateVpcEndpoint', { ServiceName: 'com.amazonaws.us-east-1.s3' }, tx, arn('vpc-endpoint/*'))
    assert.equal(aws['ec2:VpceServiceOwner'], 'amazon')
    const unknown = keysOf('CreateVpcEndpoint', { ServiceName: `${ServiceName}0` }, tx, arn('vpc-endpoint/*'))
    assert.equal(unknown['ec2:VpceServiceOwner'], undefined)
  })

  test('an existing endpoint has the keys of its service, an existing service those of its Regions', () => {
    const { tx, vpc } = aWorld()
    tx.put('vpc-endpoint', {
      vpcEndpointId: 'vpce-1',
      ownerId: accountId,
      region,
      vpcId: vpc.vpcId,
      serviceId: 'vpce-svc-1',
      serviceName: `com.amazonaws.vpce.${region}.vpce-svc-1`,
      state: 'available',
      placedAtRevision: 0,
      subnetIds: [],
      networkInterfaceIds: [],
      groupIds: [],
      dnsSuffix: 'abcdefgh',
      ipAddressType: 'ipv4',
      privateDnsEnabled: false,
      vpcEndpointConnectionId: 'vpce-con-1',
      createdAt: '',
      tags: [],
    })
    const endpoint = keysOf('DeleteVpcEndpoints', { VpcEndpointIds: ['vpce-1'] }, tx, arn('vpc-endpoint/vpce-1'))
    assert.deepEqual(endpoint, {
      'ec2:VpceServiceName': `com.amazonaws.vpce.${region}.vpce-svc-1`,
      'ec2:VpceServiceOwner': '222222222222',
      'ec2:VpceServiceRegion': region,
      'ec2:VpceMultiRegion': 'false',
    })
    const service = tx.get('endpoint-service', 'vpce-svc-1')
    assert.ok(service)
    tx.put('endpoint-service', { ...service, ownerId: accountId, supportedRegions: ['eu-west-1'] })
    const keys = keysOf(
      'AcceptVpcEndpointConnections',
      { ServiceId: 'vpce-svc-1' },
      tx,
      arn('vpc-endpoint-service/vpce-svc-1'),
    )
    assert.deepEqual(keys['ec2:VpceSupportedRegion'], [region, 'eu-west-1'])
    assert.equal(keys['ec2:VpceMultiRegion'], 'true')
  })

  test('a new service, and a changed one: its private name, its Regions and the attributes that are set', () => {
    const { tx } = aWorld()
    const created = keysOf(
      'CreateVpcEndpointServiceConfiguration',
      { PrivateDnsName: 'api.example.com', SupportedRegions: ['eu-west-1'] },
      tx,
      arn('vpc-endpoint-service/*'),
    )
    assert.deepEqual(created, {
      'ec2:VpceServicePrivateDnsName': 'api.example.com',
      'ec2:VpceServiceRegion': region,
      'ec2:VpceSupportedRegion': ['eu-west-1'],
      'ec2:VpceMultiRegion': 'true',
    })
    const input = { ServiceId: 'vpce-svc-2', PrivateDnsName: 'b.example.com', AcceptanceRequired: false }
    const changed = keysOf('ModifyVpcEndpointServiceConfiguration', input, tx, arn('vpc-endpoint-service/vpce-svc-2'))
    assert.deepEqual(changed, {
      'ec2:VpceServicePrivateDnsName': 'b.example.com',
      'ec2:Attribute': ['PrivateDnsName', 'AcceptanceRequired'],
      'ec2:Attribute/PrivateDnsName': ['b.example.com'],
      'ec2:Attribute/AcceptanceRequired': ['false'],
    })
  })

  test('a boolean attribute is in a structure of its own', () => {
    const { tx, vpc } = aWorld()
    const input = { VpcId: vpc.vpcId, EnableDnsSupport: { Value: false } }
    const keys = keysOf('ModifyVpcAttribute', input, tx, arn(`vpc/${vpc.vpcId}`))
    assert.deepEqual(keys['ec2:Attribute/EnableDnsSupport'], ['false'])
  })

  test('DeleteTags: keys are named, values only where they are given', () => {
    const { tx } = aWorld()
    const input = { Resources: ['vpc-9'], Tags: [{ Key: 'a' }, { Key: 'b', Value: 'c' }] }
    assert.deepEqual(keysOf('DeleteTags', input, tx, arn('vpc/vpc-9')), {
      'aws:RequestTag/b': 'c',
      'aws:TagKeys': ['a', 'b'],
    })
  })
})

describe('what is named another way', () => {
  test('a group by name is one of the default VPC', () => {
    const { tx, group } = aWorld()
    assert.deepEqual(resourcesOf('DeleteSecurityGroup', { GroupName: 'default' }, tx), [
      arn(`security-group/${group.groupId}`),
    ])
    assert.deepEqual(resourcesOf('DeleteSecurityGroup', { GroupName: 'none' }, tx), [arn('security-group/none')])
  })

  test('an instance profile leads to its role, which is passed on', () => {
    const { tx } = aWorld()
    const common = { accountId, path: '/app/', createdAt: '', tags: [] }
    tx.put('instance-profile', {
      ...common,
      instanceProfileId: 'AIPA1',
      instanceProfileName: 'web',
      roleNames: ['web-role'],
    })
    tx.put('role', {
      ...common,
      roleId: 'AROA1',
      roleName: 'web-role',
      assumeRolePolicyDocument: '{}',
      inlinePolicies: {},
      attachedPolicyArns: [],
      maxSessionDurationSeconds: 3600,
    })
    const passes = (IamInstanceProfile: object) =>
      resourcesOf('RunInstances', { ImageId: 'ami-1', IamInstanceProfile }, tx).filter((one) => one.startsWith('iam:'))
    const role = `iam:PassRole arn:aws:iam::${accountId}:role/app/web-role`
    assert.deepEqual(passes({ Name: 'web' }), [role])
    assert.deepEqual(passes({ Arn: `arn:aws:iam::${accountId}:instance-profile/app/web` }), [role])
    assert.deepEqual(passes({ Name: 'other' }), [])
  })

  test('an association leads to what holds it', () => {
    const { tx, table } = aWorld()
    const AssociationId = 'rtbassoc-1'
    tx.put('route-table', { ...table, associations: [{ associationId: AssociationId, subnetId: 'subnet-1' }] })
    assert.deepEqual(resourcesOf('DisassociateRouteTable', { AssociationId }, tx), [
      arn(`route-table/${table.routeTableId}`),
    ])
    assert.deepEqual(resourcesOf('DisassociateRouteTable', { AssociationId: 'rtbassoc-2' }, tx), [arn('route-table/*')])
  })
})
