import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anIamAccount, aPolicy, iamAccountId, refusalOf } from '../../../test/support/iam-account.ts'
import type { Principal } from '../../aws/service.ts'

const ann: Principal = {
  accountId: iamAccountId,
  arn: `arn:aws:iam::${iamAccountId}:user/team/ann`,
  userId: 'AIDA',
  type: 'User',
}
const session: Principal = { ...ann, type: 'AssumedRole', arn: `arn:aws:sts::${iamAccountId}:assumed-role/r/ann` }

test('a user is made, found, changed and removed', () => {
  const { ask } = anIamAccount()
  const made = ask('CreateUser', { UserName: 'ann', Path: '/team/', Tags: [{ Key: 'a', Value: 'b' }] }).User
  assert.match(made?.UserId ?? '', /^AIDA[A-Z2-7]{17}$/)
  assert.equal(made?.Arn, `arn:aws:iam::${iamAccountId}:user/team/ann`)
  assert.deepEqual(ask('GetUser', { UserName: 'ann' }).User, made)
  assert.deepEqual(ask('ListUsers', {}).Users?.[0]?.Tags, undefined, 'lists leave tags out')

  ask('UpdateUser', { UserName: 'ann', NewUserName: 'Anna', NewPath: '/' })
  const renamed = ask('GetUser', { UserName: 'Anna' }).User
  assert.deepEqual([renamed?.Arn, renamed?.UserId], [`arn:aws:iam::${iamAccountId}:user/Anna`, made?.UserId])
  assert.equal(refusalOf(() => ask('GetUser', { UserName: 'ann' }))[2], 'The user with name ann cannot be found.')
  ask('UpdateUser', { UserName: 'Anna', NewUserName: 'ANNA' })
  ask('DeleteUser', { UserName: 'ANNA' })
  assert.deepEqual(ask('ListUsers', {}).Users, [])
})

test('who names no user means the caller', () => {
  const { ask } = anIamAccount()
  ask('CreateUser', { UserName: 'ann', Path: '/team/' })
  assert.equal(ask('GetUser', {}, ann).User?.UserName, 'ann')
  assert.equal(ask('CreateAccessKey', {}, ann).AccessKey?.UserName, 'ann')
  assert.equal(ask('ListAccessKeys', {}, ann).AccessKeyMetadata?.length, 1)
  const root = ask('GetUser', {}).User
  assert.deepEqual([root?.UserId, root?.Arn], [iamAccountId, `arn:aws:iam::${iamAccountId}:root`])
  assert.equal(ask('ListAccessKeys', {}).AccessKeyMetadata?.length, 0, 'the key of ann is not the root user’s')
  assert.deepEqual(
    refusalOf(() => ask('GetUser', {}, session)),
    ['ValidationError', 400, 'Must specify userName when calling with non-User credentials'],
  )
})

test('a key is shown once, switched off, moved with its user and removed', () => {
  const { ask, tx } = anIamAccount()
  ask('CreateUser', { UserName: 'ann' })
  const key = ask('CreateAccessKey', { UserName: 'ann' }).AccessKey
  assert.match(key?.AccessKeyId ?? '', /^AKIA[A-Z2-7]{16}$/)
  assert.equal(key?.SecretAccessKey?.length, 40)
  ask('UpdateAccessKey', { UserName: 'ann', AccessKeyId: key?.AccessKeyId, Status: 'Inactive' })
  ask('UpdateUser', { UserName: 'ann', NewUserName: 'bob' })
  const [listed] = ask('ListAccessKeys', { UserName: 'bob' }).AccessKeyMetadata ?? []
  assert.deepEqual([listed?.UserName, listed?.AccessKeyId, listed?.Status], ['bob', key?.AccessKeyId, 'Inactive'])
  assert.equal(tx.get('access-key', key?.AccessKeyId)?.userName, 'bob')
  assert.equal(ask('GetAccessKeyLastUsed', { AccessKeyId: key?.AccessKeyId }).UserName, 'bob')

  ask('CreateAccessKey', { UserName: 'bob' })
  assert.deepEqual(
    refusalOf(() => ask('CreateAccessKey', { UserName: 'bob' })),
    ['LimitExceeded', 409, 'Cannot exceed quota for AccessKeysPerUser: 2'],
  )
  const root = ask('CreateAccessKey', {}).AccessKey?.AccessKeyId
  const [code, status] = refusalOf(() => ask('DeleteAccessKey', { UserName: 'bob', AccessKeyId: root }))
  assert.deepEqual([code, status], ['NoSuchEntity', 404])
  ask('DeleteAccessKey', { AccessKeyId: root })
})

test('groups hold users, and keep them when they are renamed', () => {
  const { ask } = anIamAccount()
  ask('CreateUser', { UserName: 'ann' })
  ask('CreateGroup', { GroupName: 'ops' })
  ask('AddUserToGroup', { GroupName: 'ops', UserName: 'ann' })
  ask('AddUserToGroup', { GroupName: 'ops', UserName: 'ann' })
  ask('UpdateGroup', { GroupName: 'ops', NewGroupName: 'net', NewPath: '/a/' })
  const group = ask('GetGroup', { GroupName: 'net' })
  assert.equal(group.Group?.Arn, `arn:aws:iam::${iamAccountId}:group/a/net`)
  assert.deepEqual(
    group.Users?.map(({ UserName }) => UserName),
    ['ann'],
  )
  assert.deepEqual(
    ask('ListGroupsForUser', { UserName: 'ann' }).Groups?.map(({ GroupName }) => GroupName),
    ['net'],
  )
  const conflict = ['DeleteConflict', 409, 'Cannot delete entity, must remove users from group first.']
  assert.deepEqual(
    refusalOf(() => ask('DeleteGroup', { GroupName: 'net' })),
    conflict,
  )
  assert.deepEqual(
    refusalOf(() => ask('DeleteUser', { UserName: 'ann' })),
    conflict,
  )
  ask('RemoveUserFromGroup', { GroupName: 'net', UserName: 'ann' })
  assert.equal(refusalOf(() => ask('RemoveUserFromGroup', { GroupName: 'net', UserName: 'ann' }))[0], 'NoSuchEntity')
  ask('DeleteGroup', { GroupName: 'net' })

  for (let number = 0; number < 11; number += 1) ask('CreateGroup', { GroupName: `g${number}` })
  for (let number = 0; number < 10; number += 1) ask('AddUserToGroup', { GroupName: `g${number}`, UserName: 'ann' })
  assert.equal(
    refusalOf(() => ask('AddUserToGroup', { GroupName: 'g10', UserName: 'ann' }))[2],
    'Cannot exceed quota for GroupsPerUser: 10',
  )
})

for (const [kind, Kind, member] of [
  ['user', 'User', 'UserName'],
  ['group', 'Group', 'GroupName'],
  ['role', 'Role', 'RoleName'],
] as const) {
  test(`a ${kind} has inline and attached policies, which go before it does`, () => {
    const { ask } = anIamAccount()
    const holder = { [member]: 'x' }
    const AssumeRolePolicyDocument = JSON.stringify({
      Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
    })
    ask(`Create${Kind}`, Kind === 'Role' ? { ...holder, AssumeRolePolicyDocument } : holder)
    const PolicyDocument = aPolicy({ Action: 'ec2:*', Resource: '*' })
    ask(`Put${Kind}Policy`, { ...holder, PolicyName: 'p', PolicyDocument })
    const found = ask(`Get${Kind}Policy`, { ...holder, PolicyName: 'p' })
    assert.equal(found.PolicyDocument, encodeURIComponent(PolicyDocument).replaceAll('*', '%2A'))
    assert.deepEqual(ask(`List${Kind}Policies`, holder), { PolicyNames: ['p'], IsTruncated: false })
    const arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    ask(`Attach${Kind}Policy`, { ...holder, PolicyArn: arn })
    ask(`Attach${Kind}Policy`, { ...holder, PolicyArn: arn })
    assert.deepEqual(ask(`ListAttached${Kind}Policies`, holder), {
      AttachedPolicies: [{ PolicyName: 'ReadOnlyAccess', PolicyArn: arn }],
      IsTruncated: false,
    })
    assert.deepEqual(ask(`ListAttached${Kind}Policies`, { ...holder, PathPrefix: '/other' }).AttachedPolicies, [])
    const conflict = (text: string) => ['DeleteConflict', 409, `Cannot delete entity, must ${text} first.`]
    assert.deepEqual(
      refusalOf(() => ask(`Delete${Kind}`, holder)),
      conflict('detach all policies'),
    )
    ask(`Detach${Kind}Policy`, { ...holder, PolicyArn: arn })
    assert.deepEqual(
      refusalOf(() => ask(`Detach${Kind}Policy`, { ...holder, PolicyArn: arn })),
      ['NoSuchEntity', 404, `Policy ${arn} was not found.`],
    )
    assert.deepEqual(
      refusalOf(() => ask(`Delete${Kind}`, holder)),
      conflict('delete policies'),
    )
    ask(`Delete${Kind}Policy`, { ...holder, PolicyName: 'p' })
    for (const request of [`Get${Kind}Policy`, `Delete${Kind}Policy`] as const) {
      assert.deepEqual(
        refusalOf(() => ask(request, { ...holder, PolicyName: 'p' })),
        ['NoSuchEntity', 404, `The ${kind} policy with name p cannot be found.`],
      )
    }
    ask(`Delete${Kind}`, holder)
  })
}

test('inline policies of one holder have a length together, white space apart', () => {
  const { ask } = anIamAccount()
  ask('CreateUser', { UserName: 'ann' })
  const document = aPolicy({ Action: Array.from({ length: 90 }, (_, index) => `ec2:Describe${index}`) })
  ask('PutUserPolicy', { UserName: 'ann', PolicyName: 'a', PolicyDocument: document + ' '.repeat(5000) })
  ask('PutUserPolicy', { UserName: 'ann', PolicyName: 'a', PolicyDocument: document })
  assert.deepEqual(
    refusalOf(() => ask('PutUserPolicy', { UserName: 'ann', PolicyName: 'b', PolicyDocument: document })),
    ['LimitExceeded', 409, 'Maximum policy size of 2048 bytes exceeded for user ann'],
  )
})

test('a user’s tags differ by more than case, and a tag has the case it was last set with', () => {
  const { ask } = anIamAccount()
  ask('CreateUser', { UserName: 'ann', Tags: [{ Key: 'Team', Value: '1' }] })
  ask('TagUser', { UserName: 'ann', Tags: [{ Key: 'TEAM', Value: '2' }] })
  assert.deepEqual(ask('ListUserTags', { UserName: 'ann' }).Tags, [{ Key: 'TEAM', Value: '2' }])
  ask('UntagUser', { UserName: 'ann', TagKeys: ['team', 'other'] })
  assert.deepEqual(ask('ListUserTags', { UserName: 'ann' }).Tags, [])
  const Tags = Array.from({ length: 30 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
  ask('TagUser', { UserName: 'ann', Tags })
  const more = Tags.map(({ Key }) => ({ Key: `${Key}x`, Value: '' }))
  assert.equal(refusalOf(() => ask('TagUser', { UserName: 'ann', Tags: more }))[0], 'LimitExceeded')
})

test('a boundary is a managed policy that is there, and goes', () => {
  const { ask } = anIamAccount()
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/PowerUserAccess'
  const made = ask('CreateUser', { UserName: 'ann', PermissionsBoundary }).User
  assert.equal(made?.PermissionsBoundary?.PermissionsBoundaryArn, PermissionsBoundary)
  ask('DeleteUserPermissionsBoundary', { UserName: 'ann' })
  assert.equal(ask('GetUser', { UserName: 'ann' }).User?.PermissionsBoundary, undefined)
  assert.equal(refusalOf(() => ask('DeleteUserPermissionsBoundary', { UserName: 'ann' }))[0], 'NoSuchEntity')
  const own = ask('CreatePolicy', { PolicyName: 'limit', PolicyDocument: aPolicy({}) }).Policy
  ask('PutUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary: own?.Arn })
  assert.equal(ask('GetPolicy', { PolicyArn: own?.Arn }).Policy?.PermissionsBoundaryUsageCount, 1)
  assert.equal(
    refusalOf(() => ask('DeletePolicy', { PolicyArn: own?.Arn }))[2],
    'Cannot delete a policy attached to entities.',
  )
})

test('lists go page by page in the order of names, whatever happens between two pages', () => {
  const { ask } = anIamAccount()
  for (const name of ['d', 'B', 'a', 'c', 'e']) ask('CreateUser', { UserName: name, Path: `/${name}/` })
  const names: (string | undefined)[] = []
  let Marker: string | undefined
  do {
    const page = ask('ListUsers', { MaxItems: 2, Marker })
    names.push(...(page.Users?.map(({ UserName }) => UserName) ?? []))
    assert.equal(page.IsTruncated, page.Marker !== undefined)
    Marker = page.Marker
    if (names.length === 2) ask('DeleteUser', { UserName: 'B' })
  } while (Marker)
  assert.deepEqual(names, ['a', 'B', 'c', 'd', 'e'])
  assert.equal(ask('ListUsers', { PathPrefix: '/d' }).Users?.length, 1)
})
