import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anIamAccount, aPolicy, aTrustPolicy, iamAccountId, refusalOf } from '../../../test/support/iam-account.ts'
import { parsePolicy } from '../../policy/document.ts'
import { awsManagedPolicies } from './aws-managed-policies.ts'

const arn = `arn:aws:iam::${iamAccountId}:policy/p/net`

function withPolicy() {
  const account = anIamAccount()
  const wish = { PolicyName: 'net', Path: '/p/', Description: 'd', PolicyDocument: aPolicy({}) }
  return { ...account, made: account.ask('CreatePolicy', wish).Policy }
}

test('a policy is made at v1; lists leave the description out', () => {
  const { ask, made } = withPolicy()
  assert.deepEqual([made?.Arn, made?.DefaultVersionId, made?.AttachmentCount], [arn, 'v1', 0])
  assert.match(made?.PolicyId ?? '', /^ANPA[A-Z2-7]{17}$/)
  assert.equal(ask('GetPolicy', { PolicyArn: arn }).Policy?.Description, 'd')
  const local = ask('ListPolicies', { Scope: 'Local' }).Policies
  assert.deepEqual(local, [made])
  ask('DeletePolicy', { PolicyArn: arn })
  assert.deepEqual(
    refusalOf(() => ask('GetPolicy', { PolicyArn: arn })),
    ['NoSuchEntity', 404, `Policy ${arn} was not found.`],
  )
})

test('versions: five at most, one in force, numbers never twice', () => {
  const { ask } = withPolicy()
  const version = (Action: string, SetAsDefault = false) =>
    ask('CreatePolicyVersion', { PolicyArn: arn, PolicyDocument: aPolicy({ Action }), SetAsDefault }).PolicyVersion
  const versions = () => ask('ListPolicyVersions', { PolicyArn: arn }).Versions?.map(({ VersionId }) => VersionId)
  assert.deepEqual([version('ec2:*')?.VersionId, version('sts:*', true)?.VersionId], ['v2', 'v3'])
  assert.equal(ask('GetPolicy', { PolicyArn: arn }).Policy?.DefaultVersionId, 'v3')
  ask('DeletePolicyVersion', { PolicyArn: arn, VersionId: 'v2' })
  version('iam:*')
  ask('DeletePolicyVersion', { PolicyArn: arn, VersionId: 'v4' })
  version('iam:*')
  version('iam:*')
  version('iam:*')
  assert.deepEqual(versions(), ['v7', 'v6', 'v5', 'v3', 'v1'])
  assert.deepEqual(
    refusalOf(() => version('iam:*')),
    [
      'LimitExceeded',
      409,
      'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    ],
  )
  assert.equal(
    refusalOf(() => ask('DeletePolicyVersion', { PolicyArn: arn, VersionId: 'v3' }))[2],
    'Cannot delete the default version of a policy.',
  )
  ask('SetDefaultPolicyVersion', { PolicyArn: arn, VersionId: 'v1' })
  const found = ask('GetPolicyVersion', { PolicyArn: arn, VersionId: 'v3' }).PolicyVersion
  assert.deepEqual(
    [found?.IsDefaultVersion, decodeURIComponent(found?.Document ?? '')],
    [false, aPolicy({ Action: 'sts:*' })],
  )
  assert.match(refusalOf(() => ask('DeletePolicy', { PolicyArn: arn }))[2], /^This policy has more than one version/)
})

test('who has a policy, attached or as a boundary', () => {
  const { ask } = withPolicy()
  ask('CreateUser', { UserName: 'ann', Path: '/x/', PermissionsBoundary: arn })
  ask('CreateGroup', { GroupName: 'ops' })
  ask('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: aTrustPolicy('*') })
  ask('AttachGroupPolicy', { GroupName: 'ops', PolicyArn: arn })
  ask('AttachRolePolicy', { RoleName: 'r', PolicyArn: arn })
  const names = (input: object) => {
    const found = ask('ListEntitiesForPolicy', { PolicyArn: arn, ...input })
    const all = [...(found.PolicyUsers ?? []), ...(found.PolicyGroups ?? []), ...(found.PolicyRoles ?? [])]
    return all.map((each) => Object.values(each)[0])
  }
  assert.deepEqual(names({}), ['ann', 'ops', 'r'])
  assert.deepEqual(names({ PolicyUsageFilter: 'PermissionsPolicy' }), ['ops', 'r'])
  assert.deepEqual(names({ PolicyUsageFilter: 'PermissionsBoundary' }), ['ann'])
  assert.deepEqual(names({ EntityFilter: 'Role' }), ['r'])
  assert.deepEqual(names({ PathPrefix: '/x/' }), ['ann'])
  const policy = ask('GetPolicy', { PolicyArn: arn }).Policy
  assert.deepEqual([policy?.AttachmentCount, policy?.PermissionsBoundaryUsageCount], [2, 1])
  assert.deepEqual(
    ask('ListPolicies', { OnlyAttached: true }).Policies?.map(({ Arn }) => Arn),
    [arn],
  )
  const details = ask('GetAccountAuthorizationDetails', {})
  assert.deepEqual(
    [details.UserDetailList?.length, details.GroupDetailList?.length, details.RoleDetailList?.length],
    [1, 1, 1],
  )
  assert.equal(decodeURIComponent(details.Policies?.[0]?.PolicyVersionList?.[0]?.Document ?? ''), aPolicy({}))
})

test('ten policies on one user, and no more', () => {
  const { ask } = anIamAccount()
  ask('CreateUser', { UserName: 'ann' })
  const arns = Array.from(
    { length: 11 },
    (_, index) => ask('CreatePolicy', { PolicyName: `p${index}`, PolicyDocument: aPolicy({}) }).Policy?.Arn,
  )
  for (const PolicyArn of arns.slice(0, 10)) ask('AttachUserPolicy', { UserName: 'ann', PolicyArn })
  assert.deepEqual(
    refusalOf(() => ask('AttachUserPolicy', { UserName: 'ann', PolicyArn: arns[10] })),
    ['LimitExceeded', 409, 'Cannot exceed quota for PoliciesPerUser: 10'],
  )
})

test('AWS’s policies: each parses, none can be changed', () => {
  const { ask } = anIamAccount()
  for (const [policyArn, { document, policyId }] of awsManagedPolicies) {
    assert.ok(parsePolicy(document, 'identity').statements.length > 0, policyArn)
    assert.match(policyId, /^ANPA[A-Z2-7]{17}$/)
    assert.equal(ask('GetPolicy', { PolicyArn: policyArn }).Policy?.Arn, policyArn)
  }
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
  assert.deepEqual(refusalOf(() => ask('DeletePolicy', { PolicyArn })).slice(0, 2), ['AccessDenied', 403])
  ask('CreateUser', { UserName: 'ann' })
  const service = 'arn:aws:iam::aws:policy/aws-service-role/AWSElasticLoadBalancingServiceRolePolicy'
  assert.equal(
    refusalOf(() => ask('AttachUserPolicy', { UserName: 'ann', PolicyArn: service }))[0],
    'PolicyNotAttachable',
  )
})
