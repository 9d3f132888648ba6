import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeTransaction } from '../../../test/support/fake-context.ts'
import type { Principal } from '../../aws/service.ts'
import type { ServiceName } from '../services.ts'
import { type Input, touchedBy } from './row.ts'
import { authorizationRows } from './table.ts'

const accountId = '111111111111'
const region = 'us-east-1'
const ann: Principal = {
  accountId,
  arn: `arn:aws:iam::${accountId}:user/team/ann`,
  userId: 'AIDAANN',
  type: 'User',
  user: { userId: 'AIDAANN', userName: 'ann' },
}

const tx = new FakeTransaction()
const createdAt = '2026-01-01T00:00:00.000Z'
const holder = { accountId, inlinePolicies: {}, attachedPolicyArns: [], createdAt }
const user = { ...holder, userId: 'AIDAANN', userName: 'ann', path: '/team/', groupNames: [] }
tx.put('user', { ...user, tags: [{ key: 'a', value: 'b' }], permissionsBoundaryArn: 'arn:aws:iam::aws:policy/B' })
tx.put('organization', {
  organizationId: 'o-example',
  managementAccountId: accountId,
  featureSet: 'ALL',
  createdAt,
})
tx.put('service-control-policy', {
  policyId: 'p-12345678',
  name: 'x',
  description: '',
  document: '{}',
  tags: [{ key: 'a', value: 'b' }],
})
const nlb = `arn:aws:elasticloadbalancing:${region}:${accountId}:loadbalancer/net/x/1234567890abcdef`
tx.put('load-balancer', { loadBalancerArn: nlb, ownerId: accountId, region, tags: [{ key: 'a', value: 'b' }] } as never)

function touched(service: ServiceName, operation: string, input: Input) {
  const rows = authorizationRows[service]
  return touchedBy(rows[operation], input, { view: tx, principal: ann, accountId, region, operation })
}

const elb = `arn:aws:elasticloadbalancing:${region}:${accountId}`
const iam = `arn:aws:iam::${accountId}`
const organization = `arn:aws:organizations::${accountId}`

for (const [service, operation, input, resources] of [
  ['elasticloadbalancing', 'CreateLoadBalancer', { Name: 'x', Type: 'network' }, [`${elb}:loadbalancer/net/x/*`]],
  ['elasticloadbalancing', 'CreateLoadBalancer', { Name: 'x' }, [`${elb}:loadbalancer/app/x/*`]],
  [
    'elasticloadbalancing',
    'CreateTargetGroup',
    { Name: 'x', Tags: [{ Key: 'a', Value: 'b' }] },
    [`${elb}:targetgroup/x/*`, `elasticloadbalancing:AddTags ${elb}:targetgroup/x/*`],
  ],
  [
    'elasticloadbalancing',
    'CreateListener',
    { LoadBalancerArn: nlb, Tags: [{ Key: 'a', Value: 'b' }] },
    [nlb, `elasticloadbalancing:AddTags ${elb}:listener/net/x/1234567890abcdef/*`],
  ],
  ['elasticloadbalancing', 'AddTags', { ResourceArns: [nlb, 'arn:x'], Tags: [] }, [nlb, 'arn:x']],
  ['iam', 'CreateUser', { UserName: 'bob', Path: '/x/' }, [`${iam}:user/x/bob`]],
  [
    'iam',
    'CreateRole',
    { RoleName: 'r', Tags: [{ Key: 'a', Value: 'b' }] },
    [`${iam}:role/r`, `iam:TagRole ${iam}:role/r`],
  ],
  ['iam', 'DeleteUser', { UserName: 'ann' }, [`${iam}:user/team/ann`]],
  ['iam', 'DeleteUser', { UserName: 'nobody' }, [`${iam}:user/nobody`]],
  ['iam', 'UpdateUser', { UserName: 'ann', NewUserName: 'eve' }, [`${iam}:user/team/ann`, `${iam}:user/team/eve`]],
  ['iam', 'UpdateUser', { UserName: 'ann', NewPath: '/x/' }, [`${iam}:user/team/ann`, `${iam}:user/x/ann`]],
  ['iam', 'ListRoles', {}, [`${iam}:role/`]],
  ['iam', 'ListUsers', { PathPrefix: '/team/' }, [`${iam}:user/team/`]],
  // Without a name it is the caller.
  ['iam', 'CreateAccessKey', {}, [`${iam}:user/team/ann`]],
  ['iam', 'ChangePassword', {}, [`${iam}:user/team/ann`]],
  ['iam', 'CreatePolicy', { PolicyName: 'p' }, [`${iam}:policy/p`]],
  ['iam', 'GetPolicy', { PolicyArn: 'arn:aws:iam::aws:policy/X' }, ['arn:aws:iam::aws:policy/X']],
  [
    'iam',
    'AddRoleToInstanceProfile',
    { InstanceProfileName: 'i', RoleName: 'r' },
    [`${iam}:instance-profile/i`, `iam:PassRole ${iam}:role/r`],
  ],
  ['organizations', 'CreateAccount', { AccountName: 'a' }, ['*']],
  [
    'organizations',
    'MoveAccount',
    { AccountId: '222222222222', SourceParentId: 'r-abcd', DestinationParentId: 'ou-abcd-12345678' },
    [
      `${organization}:account/o-example/222222222222`,
      `${organization}:root/o-example/r-abcd`,
      `${organization}:ou/o-example/ou-abcd-12345678`,
    ],
  ],
  [
    'organizations',
    'AttachPolicy',
    { PolicyId: 'p-FullAWSAccess', TargetId: 'r-abcd' },
    [
      'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
      `${organization}:root/o-example/r-abcd`,
    ],
  ],
  [
    'organizations',
    'DeletePolicy',
    { PolicyId: 'p-12345678' },
    [`${organization}:policy/o-example/service_control_policy/p-12345678`],
  ],
  [
    'acm',
    'ImportCertificate',
    { Tags: [{ Key: 'a' }] },
    [
      `arn:aws:acm:${region}:${accountId}:certificate/*`,
      `acm:AddTagsToCertificate arn:aws:acm:${region}:${accountId}:certificate/*`,
    ],
  ],
  ['acm', 'ImportCertificate', { CertificateArn: 'arn:c' }, ['arn:c']],
  [
    'servicequotas',
    'RequestServiceQuotaIncrease',
    { ServiceCode: 'vpc', QuotaCode: 'L-29B6F2EB', DesiredValue: 60 },
    [`arn:aws:servicequotas:${region}:${accountId}:vpc/L-29B6F2EB`],
  ],
  ['sts', 'GetFederationToken', { Name: 'bob' }, [`arn:aws:sts::${accountId}:federated-user/bob`]],
] as const satisfies readonly (readonly [ServiceName, string, Input, readonly string[]])[]) {
  test(`${service}:${operation} ${JSON.stringify(input)}`, () => {
    const found = touched(service, operation, input).map(({ action, resource }) =>
      action ? `${action} ${resource}` : resource,
    )
    assert.deepEqual(found, resources)
  })
}

for (const [service, operation, input, keys] of [
  [
    'elasticloadbalancing',
    'SetSubnets',
    { LoadBalancerArn: nlb, Subnets: ['subnet-1'] },
    {
      'aws:ResourceTag/a': 'b',
      'elasticloadbalancing:ResourceTag/a': 'b',
      'elasticloadbalancing:Subnet': ['subnet-1'],
    },
  ],
  ['elasticloadbalancing', 'RemoveTags', { ResourceArns: ['arn:x'], TagKeys: ['a'] }, { 'aws:TagKeys': ['a'] }],
  [
    'elasticloadbalancing',
    'CreateLoadBalancer',
    { Name: 'x', Scheme: 'internal', SubnetMappings: [{ SubnetId: 'subnet-1' }], SecurityGroups: ['sg-1'] },
    {
      'elasticloadbalancing:Scheme': 'internal',
      'elasticloadbalancing:Subnet': ['subnet-1'],
      'elasticloadbalancing:SecurityGroup': ['sg-1'],
    },
  ],
  [
    'iam',
    'AttachUserPolicy',
    { UserName: 'ann', PolicyArn: 'arn:aws:iam::aws:policy/X' },
    {
      'aws:ResourceTag/a': 'b',
      'iam:ResourceTag/a': 'b',
      'iam:PolicyARN': 'arn:aws:iam::aws:policy/X',
      'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/B',
    },
  ],
  [
    'iam',
    'CreateUser',
    { UserName: 'bob', PermissionsBoundary: 'arn:b', Tags: [{ Key: 'a', Value: 'c' }] },
    { 'aws:RequestTag/a': 'c', 'aws:TagKeys': ['a'], 'iam:PermissionsBoundary': 'arn:b' },
  ],
  [
    'organizations',
    'UntagResource',
    { ResourceId: 'p-12345678', TagKeys: ['a'] },
    {
      'organizations:PolicyType': 'SERVICE_CONTROL_POLICY',
      'aws:ResourceTag/a': 'b',
      'organizations:ResourceTag/a': 'b',
      'aws:TagKeys': ['a'],
    },
  ],
] as const satisfies readonly (readonly [ServiceName, string, Input, Readonly<Record<string, unknown>>])[]) {
  test(`keys of ${service}:${operation}`, () => {
    const [first] = touched(service, operation, input)
    const present = Object.entries(first?.keys ?? {}).filter(([, value]) => value !== undefined)
    assert.deepEqual(Object.fromEntries(present), keys)
  })
}
