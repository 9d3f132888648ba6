import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext, FakeTransaction } from '../../../test/support/fake-context.ts'
import { createAccount } from '../account.ts'
import { organizationsOperations as operations } from './operations.ts'
import { orgPathOf, serviceControlDocumentsOf } from './organization-tree.ts'

const management = '111111111111'
const member = '222222222222'
const fullAccess = 'p-FullAWSAccess'
const denyAll = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'

type Operations = typeof operations

/** An organization of two accounts; `ask` sends a request as the management account. */
function anOrganization() {
  const tx = new FakeTransaction()
  createAccount(tx, aContext({ tx }), { name: 'm', email: 'm@example.com', accountId: management, isManagement: true })
  const wish = { name: 'a', email: 'a@example.com', accountId: member, createRequestId: 'car-12345678' }
  createAccount(tx, aContext({ tx }), wish)
  function ask<Name extends keyof Operations>(name: Name, input: object, accountId = management) {
    const handle = operations[name].handle as (input: object, ctx: object) => ReturnType<Operations[Name]['handle']>
    return handle(input, aContext({ tx, accountId }))
  }
  ask('CreateOrganization', {})
  const root = ask('ListRoots', {}).Roots?.[0]?.Id ?? ''
  const unit = (Name: string, ParentId = root) =>
    ask('CreateOrganizationalUnit', { ParentId, Name }).OrganizationalUnit?.Id ?? ''
  const policy = (Name: string, Content = denyAll) =>
    ask('CreatePolicy', { Name, Content, Description: '', Type: 'SERVICE_CONTROL_POLICY' }).Policy?.PolicySummary?.Id
  const enable = () => ask('EnablePolicyType', { RootId: root, PolicyType: 'SERVICE_CONTROL_POLICY' })
  const attachedTo = (TargetId: string) =>
    ask('ListPoliciesForTarget', { TargetId, Filter: 'SERVICE_CONTROL_POLICY' }).Policies?.map(({ Id }) => Id)
  return { tx, ask, root, unit, policy, enable, attachedTo }
}

test('units and accounts have their place in the tree', () => {
  const { tx, ask, root, unit } = anOrganization()
  const organizationId = ask('DescribeOrganization', {}).Organization?.Id
  assert.match(root, /^r-[a-z0-9]{4}$/)
  const outer = unit('outer')
  assert.match(outer, new RegExp(`^ou-${root.slice(2)}-[a-z0-9]{8}$`))
  const inner = unit('inner', outer)
  assert.deepEqual(ask('DescribeOrganizationalUnit', { OrganizationalUnitId: inner }).OrganizationalUnit, {
    Id: inner,
    Arn: `arn:aws:organizations::${management}:ou/${organizationId}/${inner}`,
    Name: 'inner',
  })
  assert.deepEqual(ask('ListParents', { ChildId: inner }).Parents, [{ Id: outer, Type: 'ORGANIZATIONAL_UNIT' }])
  assert.deepEqual(ask('ListParents', { ChildId: member }).Parents, [{ Id: root, Type: 'ROOT' }])

  ask('MoveAccount', { AccountId: member, SourceParentId: root, DestinationParentId: inner })
  assert.deepEqual(ask('ListParents', { ChildId: member }).Parents, [{ Id: inner, Type: 'ORGANIZATIONAL_UNIT' }])
  const below = (ParentId: string, ChildType: string) => ask('ListChildren', { ParentId, ChildType }).Children
  assert.deepEqual(below(root, 'ACCOUNT'), [{ Id: management, Type: 'ACCOUNT' }])
  assert.deepEqual(below(root, 'ORGANIZATIONAL_UNIT'), [{ Id: outer, Type: 'ORGANIZATIONAL_UNIT' }])
  assert.deepEqual(below(inner, 'ACCOUNT'), [{ Id: member, Type: 'ACCOUNT' }])
  const accounts = ask('ListAccountsForParent', { ParentId: inner }).Accounts
  assert.deepEqual(accounts?.[0]?.Paths, [`${organizationId}/${root}/${outer}/${inner}/${member}/`])
  assert.deepEqual(orgPathOf(tx, member), { organizationId, path: `${organizationId}/${root}/${outer}/${inner}/` })
  assert.deepEqual(orgPathOf(tx, management), { organizationId, path: `${organizationId}/${root}/` })

  const refused = { code: 'OrganizationalUnitNotEmptyException' }
  assert.throws(() => ask('DeleteOrganizationalUnit', { OrganizationalUnitId: outer }), refused)
  assert.throws(() => ask('DeleteOrganizationalUnit', { OrganizationalUnitId: inner }), refused)
  ask('MoveAccount', { AccountId: member, SourceParentId: inner, DestinationParentId: root })
  ask('DeleteOrganizationalUnit', { OrganizationalUnitId: inner })
  ask('UpdateOrganizationalUnit', { OrganizationalUnitId: outer, Name: 'renamed' })
  assert.deepEqual(
    ask('ListOrganizationalUnitsForParent', { ParentId: root }).OrganizationalUnits?.map(({ Name }) => Name),
    ['renamed'],
  )
})

test('units are five deep at most', () => {
  const { root, unit } = anOrganization()
  let at = root
  for (const name of ['1', '2', '3', '4', '5']) at = unit(name, at)
  assert.throws(() => unit('6', at), { code: 'ConstraintViolationException' })
})

test('policies bind every level from the root to the account, and not the management account', () => {
  const { tx, ask, root, unit, policy, enable, attachedTo } = anOrganization()
  assert.equal(serviceControlDocumentsOf(tx, member), undefined, 'no type is enabled at first')
  assert.deepEqual(attachedTo(root), [])
  const id = policy('deny')
  assert.throws(() => ask('AttachPolicy', { PolicyId: id, TargetId: root }), { code: 'PolicyTypeNotEnabledException' })

  assert.deepEqual(enable().Root?.PolicyTypes, [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }])
  assert.deepEqual([attachedTo(root), attachedTo(member)], [[fullAccess], [fullAccess]])
  const outer = unit('outer')
  ask('MoveAccount', { AccountId: member, SourceParentId: root, DestinationParentId: outer })
  ask('AttachPolicy', { PolicyId: id, TargetId: outer })
  const levels = serviceControlDocumentsOf(tx, member)
  assert.deepEqual(
    levels?.map((level) => level.length),
    [1, 2, 1],
  )
  assert.equal(levels?.[1]?.[1], denyAll)
  assert.equal(serviceControlDocumentsOf(tx, management), undefined)

  assert.deepEqual(ask('ListTargetsForPolicy', { PolicyId: id }).Targets, [
    {
      TargetId: outer,
      Arn: ask('DescribeOrganizationalUnit', { OrganizationalUnitId: outer }).OrganizationalUnit?.Arn,
      Name: 'outer',
      Type: 'ORGANIZATIONAL_UNIT',
    },
  ])
  assert.throws(() => ask('DeletePolicy', { PolicyId: id }), { code: 'PolicyInUseException' })
  ask('DetachPolicy', { PolicyId: id, TargetId: outer })
  assert.throws(() => ask('DetachPolicy', { PolicyId: id, TargetId: outer }), { code: 'PolicyNotAttachedException' })
  assert.throws(() => ask('DetachPolicy', { PolicyId: fullAccess, TargetId: outer }), {
    code: 'ConstraintViolationException',
    message: /^You cannot remove the last policy/,
  })
  ask('DeletePolicy', { PolicyId: id })
  assert.throws(() => ask('DescribePolicy', { PolicyId: id }), { code: 'PolicyNotFoundException' })
})

test('a disabled type forgets its attachments', () => {
  const { ask, root, policy, enable, attachedTo } = anOrganization()
  enable()
  const id = policy('deny')
  ask('AttachPolicy', { PolicyId: id, TargetId: member })
  assert.throws(enable, { code: 'PolicyTypeAlreadyEnabledException' })
  ask('DisablePolicyType', { RootId: root, PolicyType: 'SERVICE_CONTROL_POLICY' })
  assert.deepEqual(attachedTo(member), [])
  enable()
  assert.deepEqual(attachedTo(member), [fullAccess])
})

test('a policy can be changed, AWS’s cannot', () => {
  const { ask, policy } = anOrganization()
  const id = policy('one')
  const changed = ask('UpdatePolicy', { PolicyId: id, Name: 'two', Description: 'd' }).Policy
  assert.deepEqual(
    [changed?.PolicySummary?.Name, changed?.PolicySummary?.Description, changed?.Content],
    ['two', 'd', denyAll],
  )
  assert.match(changed?.PolicySummary?.Arn ?? '', new RegExp(`:policy/o-.*/service_control_policy/${id}$`))
  const immutable = { code: 'InvalidInputException', message: /managed by AWS/ }
  assert.throws(() => ask('UpdatePolicy', { PolicyId: fullAccess, Name: 'x' }), immutable)
  assert.throws(() => ask('DeletePolicy', { PolicyId: fullAccess }), immutable)
  const list = ask('ListPolicies', { Filter: 'SERVICE_CONTROL_POLICY' }).Policies
  assert.deepEqual(
    list?.map(({ Name, AwsManaged }) => [Name, AwsManaged]),
    [
      ['FullAWSAccess', true],
      ['two', false],
    ],
  )
})

test('tags go on accounts, units and policies', () => {
  const { ask, root, unit, policy } = anOrganization()
  for (const ResourceId of [member, root, unit('u'), policy('p')]) {
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ]
    ask('TagResource', { ResourceId, Tags })
    ask('TagResource', { ResourceId, Tags: [{ Key: 'a', Value: '3' }] })
    ask('UntagResource', { ResourceId, TagKeys: ['b', 'c'] })
    assert.deepEqual(ask('ListTagsForResource', { ResourceId }).Tags, [{ Key: 'a', Value: '3' }])
  }
})

test('accounts are closed, removed and leave; then the organization can go', () => {
  const { tx, ask, unit } = anOrganization()
  unit('u')
  assert.throws(() => ask('DeleteOrganization', {}), { code: 'OrganizationNotEmptyException' })
  ask('CloseAccount', { AccountId: member })
  assert.equal(ask('DescribeAccount', { AccountId: member }).Account?.Status, 'SUSPENDED')
  assert.throws(() => ask('CloseAccount', { AccountId: member }), { code: 'AccountAlreadyClosedException' })
  assert.throws(() => ask('LeaveOrganization', {}), { code: 'MasterCannotLeaveOrganizationException' })
  ask('LeaveOrganization', {}, member)
  assert.throws(() => ask('DescribeAccount', { AccountId: member }), { code: 'AccountNotFoundException' })
  ask('DeleteOrganization', {})
  assert.deepEqual([...tx.all('organizational-unit')], [])
  assert.throws(() => ask('ListRoots', {}), { code: 'AWSOrganizationsNotInUseException' })
})

const somewhere = 'ou-abcd-12345678'
for (const [name, input, code] of [
  ['CreateOrganizationalUnit', { ParentId: somewhere, Name: 'x' }, 'ParentNotFoundException'],
  ['CreateOrganizationalUnit', { ParentId: 'x', Name: 'x' }, 'InvalidInputException'],
  ['CreateOrganizationalUnit', { ParentId: 'ROOT', Name: 'same' }, 'DuplicateOrganizationalUnitException'],
  ['CreateOrganizationalUnit', { ParentId: 'ROOT', Name: '' }, 'InvalidInputException'],
  ['DescribeOrganizationalUnit', { OrganizationalUnitId: somewhere }, 'OrganizationalUnitNotFoundException'],
  ['DescribeOrganizationalUnit', { OrganizationalUnitId: 'ROOT' }, 'InvalidInputException'],
  ['ListAccountsForParent', { ParentId: somewhere }, 'ParentNotFoundException'],
  ['ListChildren', { ParentId: 'ROOT', ChildType: 'POLICY' }, 'InvalidInputException'],
  ['ListParents', { ChildId: '999999999999' }, 'ChildNotFoundException'],
  ['ListParents', { ChildId: somewhere }, 'ChildNotFoundException'],
  [
    'MoveAccount',
    { AccountId: '999999999999', SourceParentId: 'ROOT', DestinationParentId: 'ROOT' },
    'AccountNotFoundException',
  ],
  [
    'MoveAccount',
    { AccountId: member, SourceParentId: somewhere, DestinationParentId: 'ROOT' },
    'SourceParentNotFoundException',
  ],
  [
    'MoveAccount',
    { AccountId: member, SourceParentId: 'ROOT', DestinationParentId: somewhere },
    'DestinationParentNotFoundException',
  ],
  [
    'MoveAccount',
    { AccountId: member, SourceParentId: 'ROOT', DestinationParentId: 'ROOT' },
    'DuplicateAccountException',
  ],
  ['DescribeAccount', { AccountId: '12' }, 'InvalidInputException'],
  ['CloseAccount', { AccountId: management }, 'ConstraintViolationException'],
  ['RemoveAccountFromOrganization', { AccountId: management }, 'MasterCannotLeaveOrganizationException'],
  ['CreatePolicy', { Type: 'TAG_POLICY' }, 'PolicyTypeNotAvailableForOrganizationException'],
  ['CreatePolicy', { Name: 'same' }, 'DuplicatePolicyException'],
  ['CreatePolicy', { Content: '{}' }, 'MalformedPolicyDocumentException'],
  ['CreatePolicy', { Content: ' '.repeat(5121) }, 'ConstraintViolationException'],
  ['AttachPolicy', { PolicyId: 'p-12345678', TargetId: member }, 'PolicyNotFoundException'],
  ['AttachPolicy', { PolicyId: fullAccess, TargetId: '999999999999' }, 'TargetNotFoundException'],
  ['AttachPolicy', { PolicyId: fullAccess, TargetId: member }, 'DuplicatePolicyAttachmentException'],
  ['EnablePolicyType', { RootId: 'r-zzzzz', PolicyType: 'SERVICE_CONTROL_POLICY' }, 'RootNotFoundException'],
  ['ListPolicies', { Filter: 'BACKUP_POLICY' }, 'PolicyTypeNotAvailableForOrganizationException'],
  ['TagResource', { ResourceId: fullAccess, Tags: [] }, 'TargetNotFoundException'],
  ['TagResource', { ResourceId: member, Tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidInputException'],
] as const) {
  test(`${name} ${JSON.stringify(input).slice(0, 90)} answers ${code}`, () => {
    const { ask, root, unit, policy, enable } = anOrganization()
    enable()
    unit('same')
    policy('same')
    const complete =
      name === 'CreatePolicy' ? { Name: 'x', Type: 'SERVICE_CONTROL_POLICY', Content: denyAll, ...input } : input
    const rooted = JSON.parse(JSON.stringify(complete).replaceAll('"ROOT"', JSON.stringify(root)))
    assert.throws(() => ask(name, rooted), { name: 'AwsError', code, status: 400 })
  })
}
