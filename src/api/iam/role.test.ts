import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anIamAccount, aPolicy, aTrustPolicy, iamAccountId, refusalOf } from '../../../test/support/iam-account.ts'

const root = `arn:aws:iam::${iamAccountId}:root`
const trust = aTrustPolicy(root)

test('a role is made, found and changed', () => {
  const { ask } = anIamAccount()
  const wish = {
    RoleName: 'r',
    AssumeRolePolicyDocument: trust,
    Path: '/a/',
    Description: 'd',
    MaxSessionDuration: 7200,
  }
  const made = ask('CreateRole', wish).Role
  assert.match(made?.RoleId ?? '', /^AROA[A-Z2-7]{17}$/)
  assert.equal(made?.Arn, `arn:aws:iam::${iamAccountId}:role/a/r`)
  assert.equal(decodeURIComponent(made?.AssumeRolePolicyDocument ?? ''), trust)
  assert.deepEqual(ask('GetRole', { RoleName: 'r' }).Role, { ...made, RoleLastUsed: {} })
  assert.deepEqual(ask('ListRoles', { PathPrefix: '/a/' }).Roles, [made])

  ask('UpdateRole', { RoleName: 'r', MaxSessionDuration: 3601 })
  const longer = ask('GetRole', { RoleName: 'r' }).Role
  assert.deepEqual([longer?.Description, longer?.MaxSessionDuration], ['d', 3601])
  ask('UpdateRole', { RoleName: 'r', Description: '' })
  const plain = ask('UpdateRoleDescription', { RoleName: 'r', Description: 'new' }).Role
  assert.deepEqual([plain?.Description, plain?.MaxSessionDuration], ['new', 3600])
  const PolicyDocument = aTrustPolicy('*')
  ask('UpdateAssumeRolePolicy', { RoleName: 'r', PolicyDocument })
  assert.equal(
    decodeURIComponent(ask('GetRole', { RoleName: 'r' }).Role?.AssumeRolePolicyDocument ?? ''),
    PolicyDocument,
  )
  ask('TagRole', { RoleName: 'r', Tags: [{ Key: 'a', Value: 'b' }] })
  assert.deepEqual(ask('ListRoleTags', { RoleName: 'r' }).Tags, [{ Key: 'a', Value: 'b' }])
  ask('PutRolePermissionsBoundary', { RoleName: 'r', PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })
  ask('DeleteRolePermissionsBoundary', { RoleName: 'r' })
  ask('DeleteRole', { RoleName: 'r' })
})

for (const [what, principal, isThere] of [
  ['a user that exists', `arn:aws:iam::${iamAccountId}:user/team/ann`, true],
  ['a role that exists', `arn:aws:iam::${iamAccountId}:role/other`, true],
  ['an account', '222222222222', true],
  ['a user of an account that is not here yet', 'arn:aws:iam::222222222222:user/x', true],
  ['a user that does not exist', `arn:aws:iam::${iamAccountId}:user/bob`, false],
  ['a role that does not exist', `arn:aws:iam::${iamAccountId}:role/none`, false],
] as const) {
  test(`a trust policy may ${isThere ? '' : 'not '}name ${what}`, () => {
    const { ask } = anIamAccount()
    ask('CreateUser', { UserName: 'ann', Path: '/team/' })
    ask('CreateRole', { RoleName: 'other', AssumeRolePolicyDocument: trust })
    const create = () => ask('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: aTrustPolicy(principal) })
    if (isThere) return void create()
    const expected = ['MalformedPolicyDocument', 400, `Invalid principal in policy: "AWS":"${principal}"`]
    assert.deepEqual(refusalOf(create), expected)
  })
}

test('an instance profile has one role, which cannot go before', () => {
  const { ask } = anIamAccount()
  ask('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust })
  const made = ask('CreateInstanceProfile', {
    InstanceProfileName: 'p',
    Tags: [{ Key: 'a', Value: 'b' }],
  }).InstanceProfile
  assert.match(made?.InstanceProfileId ?? '', /^AIPA/)
  assert.equal(made?.Arn, `arn:aws:iam::${iamAccountId}:instance-profile/p`)
  const both = { InstanceProfileName: 'p', RoleName: 'r' }
  ask('AddRoleToInstanceProfile', both)
  assert.deepEqual(
    refusalOf(() => ask('AddRoleToInstanceProfile', both)),
    ['LimitExceeded', 409, 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1'],
  )
  const [listed] = ask('ListInstanceProfilesForRole', { RoleName: 'r' }).InstanceProfiles ?? []
  assert.equal(listed?.Roles?.[0]?.RoleName, 'r')
  const conflict = ['DeleteConflict', 409, 'Cannot delete entity, must remove roles from instance profile first.']
  assert.deepEqual(
    refusalOf(() => ask('DeleteRole', { RoleName: 'r' })),
    conflict,
  )
  assert.deepEqual(
    refusalOf(() => ask('DeleteInstanceProfile', { InstanceProfileName: 'p' })),
    conflict,
  )
  ask('RemoveRoleFromInstanceProfile', both)
  assert.equal(refusalOf(() => ask('RemoveRoleFromInstanceProfile', both))[0], 'NoSuchEntity')
  ask('DeleteInstanceProfile', { InstanceProfileName: 'p' })
  ask('DeleteRole', { RoleName: 'r' })
})

test('a service-linked role is the service’s, and stays while the service has something in the account', () => {
  const { ask, tx } = anIamAccount()
  const AWSServiceName = 'elasticloadbalancing.amazonaws.com'
  const role = ask('CreateServiceLinkedRole', { AWSServiceName }).Role
  const RoleName = role?.RoleName
  assert.equal(role?.Arn, `arn:aws:iam::${iamAccountId}:role/aws-service-role/${AWSServiceName}/${RoleName}`)
  const protectedRole = [
    'UnmodifiableEntity',
    400,
    `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by ${AWSServiceName}`,
  ]
  const PolicyDocument = aPolicy({})
  assert.deepEqual(
    refusalOf(() => ask('DeleteRole', { RoleName })),
    protectedRole,
  )
  assert.deepEqual(
    refusalOf(() => ask('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument })),
    protectedRole,
  )
  assert.deepEqual(
    refusalOf(() => ask('UpdateRole', { RoleName, MaxSessionDuration: 3600 })),
    protectedRole,
  )
  ask('UpdateRole', { RoleName, Description: 'ours' })

  const balancer = { loadBalancerArn: 'arn', ownerId: iamAccountId, vpcId: 'v', region: 'r', loadBalancerName: 'n' }
  tx.put('load-balancer', balancer as never)
  const kept = ask('DeleteServiceLinkedRole', { RoleName }).DeletionTaskId
  assert.equal(ask('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId: kept }).Status, 'FAILED')
  tx.delete('load-balancer', 'arn')
  const gone = ask('DeleteServiceLinkedRole', { RoleName }).DeletionTaskId
  assert.match(gone ?? '', new RegExp(`^task/aws-service-role/${AWSServiceName}/${RoleName}/[0-9a-f]{8}-[0-9a-f]{4}-`))
  assert.equal(ask('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId: gone }).Status, 'SUCCEEDED')
  assert.equal(refusalOf(() => ask('GetRole', { RoleName }))[0], 'NoSuchEntity')
})
