import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CreateAccountRequest } from '@aws-sdk/client-organizations'
import { aContext, FakeTransaction } from '../../../test/support/fake-context.ts'
import { createAccount as createAccountRecord } from '../account.ts'
import { createAccount } from './create-account.ts'
import { createOrganization } from './create-organization.ts'
import { describeCreateAccountStatus } from './describe-create-account-status.ts'
import { describeOrganization } from './describe-organization.ts'
import { listAccounts } from './list-accounts.ts'

const management = '111111111111'

/** One management account; `as` gives the context of any account. */
function anInstallation() {
  const tx = new FakeTransaction()
  const wish = { name: 'management', email: 'admin@example.com', accountId: management, isManagement: true }
  createAccountRecord(tx, aContext({ tx }), wish)
  const as = (accountId: string) => aContext({ tx, accountId })
  return { tx, as, admin: () => as(management) }
}

const wish = (name: string): CreateAccountRequest => ({ AccountName: name, Email: `${name}@example.com` })

/** Makes an account the way a client does, and returns its id. */
function made(installation: ReturnType<typeof anInstallation>, input: CreateAccountRequest): string {
  const id = createAccount.handle(input, installation.admin()).CreateAccountStatus?.Id
  const status = describeCreateAccountStatus.handle(
    { CreateAccountRequestId: id },
    installation.admin(),
  ).CreateAccountStatus
  assert.equal(status?.State, 'SUCCEEDED')
  return status.AccountId ?? ''
}

test('an organization is made once', () => {
  const { admin, as, tx } = anInstallation()
  const organization = createOrganization.handle({}, admin()).Organization
  assert.match(organization?.Id ?? '', /^o-[a-z0-9]{10}$/)
  assert.deepEqual(organization, {
    Id: organization?.Id,
    Arn: `arn:aws:organizations::${management}:organization/${organization?.Id}`,
    FeatureSet: 'ALL',
    MasterAccountArn: `arn:aws:organizations::${management}:account/${organization?.Id}/${management}`,
    MasterAccountId: management,
    MasterAccountEmail: 'admin@example.com',
    AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
  })
  assert.deepEqual(describeOrganization.handle({}, admin()).Organization, organization)
  assert.throws(() => createOrganization.handle({}, admin()), { code: 'AlreadyInOrganizationException' })
  createAccountRecord(tx, admin(), { name: 'stray', email: 's@example.com', accountId: '999999999999' })
  assert.throws(() => createOrganization.handle({}, as('999999999999')), { code: 'ConstraintViolationException' })
})

test('an account is made, tells how it went, and can be entered', () => {
  const installation = anInstallation()
  createOrganization.handle({}, installation.admin())
  const answer = createAccount.handle(wish('provider'), installation.admin()).CreateAccountStatus
  assert.match(answer?.Id ?? '', /^car-[a-z0-9]{32}$/)
  assert.equal(answer?.State, 'IN_PROGRESS')
  assert.equal(answer?.AccountId, undefined)

  const status = describeCreateAccountStatus.handle({ CreateAccountRequestId: answer?.Id }, installation.admin())
  const accountId = status.CreateAccountStatus?.AccountId ?? ''
  assert.match(accountId, /^[1-9]\d{11}$/)
  const now = installation.admin().now
  assert.deepEqual(status.CreateAccountStatus, {
    Id: answer?.Id,
    AccountName: 'provider',
    State: 'SUCCEEDED',
    RequestedTimestamp: now,
    CompletedTimestamp: now,
    AccountId: accountId,
  })
  const role = installation.tx.get('role', `${accountId}|OrganizationAccountAccessRole`)
  assert.match(role?.assumeRolePolicyDocument ?? '', new RegExp(`arn:aws:iam::${management}:root`))
})

test('the role may have another name', () => {
  const installation = anInstallation()
  createOrganization.handle({}, installation.admin())
  const accountId = made(installation, { ...wish('x'), RoleName: 'Enter' })
  assert.ok(installation.tx.get('role', `${accountId}|Enter`))
})

test('a taken email address fails the request, not the call', () => {
  const installation = anInstallation()
  createOrganization.handle({}, installation.admin())
  made(installation, wish('x'))
  const again = createAccount.handle(
    { AccountName: 'y', Email: 'X@example.com' },
    installation.admin(),
  ).CreateAccountStatus
  assert.equal(again?.State, 'IN_PROGRESS')
  const status = describeCreateAccountStatus.handle({ CreateAccountRequestId: again?.Id }, installation.admin())
  assert.equal(status.CreateAccountStatus?.State, 'FAILED')
  assert.equal(status.CreateAccountStatus?.FailureReason, 'EMAIL_ALREADY_EXISTS')
  assert.equal(listAccounts.handle({}, installation.admin()).Accounts?.length, 2)
})

test('ListAccounts pages through the members, oldest first', () => {
  const installation = anInstallation()
  createOrganization.handle({}, installation.admin())
  const ids = [management, ...Array.from({ length: 24 }, (_, index) => made(installation, wish(`a${index}`)))]
  createAccountRecord(installation.tx, installation.admin(), {
    name: 'stray',
    email: 's@x.org',
    accountId: '999999999999',
  })

  for (const MaxResults of [undefined, 1, 7, 20]) {
    const found: (string | undefined)[] = []
    let NextToken: string | undefined
    do {
      const page = listAccounts.handle({ MaxResults, NextToken }, installation.admin())
      assert.ok((page.Accounts?.length ?? 0) <= (MaxResults ?? 20))
      found.push(...(page.Accounts ?? []).map(({ Id }) => Id))
      NextToken = page.NextToken
    } while (NextToken)
    assert.deepEqual(found, ids)
  }
  const first = listAccounts.handle({ MaxResults: 1 }, installation.admin()).Accounts?.[0]
  assert.deepEqual([first?.Status, first?.State, first?.JoinedMethod], ['ACTIVE', 'ACTIVE', 'INVITED'])
})

test('members may look at the organization, and at nothing else; strangers at nothing', () => {
  const installation = anInstallation()
  const notInUse = { code: 'AWSOrganizationsNotInUseException', status: 400 }
  assert.throws(() => createAccount.handle(wish('x'), installation.admin()), notInUse)
  assert.throws(() => listAccounts.handle({}, installation.admin()), notInUse)
  createOrganization.handle({}, installation.admin())
  const member = installation.as(made(installation, wish('x')))
  assert.equal(describeOrganization.handle({}, member).Organization?.MasterAccountId, management)
  const denied = { code: 'AccessDeniedException', status: 400 }
  assert.throws(() => createAccount.handle(wish('y'), member), denied)
  assert.throws(() => listAccounts.handle({}, member), denied)
  assert.throws(() => describeCreateAccountStatus.handle({ CreateAccountRequestId: 'car-12345678' }, member), denied)
  createAccountRecord(installation.tx, installation.admin(), { name: 's', email: 's@x.org', accountId: '999999999999' })
  assert.throws(() => describeOrganization.handle({}, installation.as('999999999999')), notInUse)
})

const invalid = { code: 'InvalidInputException', status: 400 }
for (const [what, input] of [
  ['no at sign', { Email: 'example.com' }],
  ['two at signs', { Email: 'a@b@example.com' }],
  ['a domain without dot', { Email: 'aa@example' }],
  ['a local part that begins with a dot', { Email: '.a@example.com' }],
  ['a domain that ends with a hyphen', { Email: 'a@example.com-' }],
  ['an email that is too long', { Email: `${'a'.repeat(60)}@example.com` }],
  ['an empty name', { AccountName: '' }],
  ['a role name with a space', { RoleName: 'a b' }],
  ['a reserved tag key', { Tags: [{ Key: 'aws:a', Value: 'b' }] }],
] as const) {
  test(`CreateAccount refuses ${what}`, () => {
    const { admin } = anInstallation()
    createOrganization.handle({}, admin())
    assert.throws(() => createAccount.handle({ ...wish('x'), ...input } as CreateAccountRequest, admin()), invalid)
  })
}

test('ids, tokens and page sizes are checked', () => {
  const { admin } = anInstallation()
  createOrganization.handle({}, admin())
  assert.throws(() => describeCreateAccountStatus.handle({ CreateAccountRequestId: 'car-' }, admin()), invalid)
  assert.throws(() => describeCreateAccountStatus.handle({ CreateAccountRequestId: 'car-12345678' }, admin()), {
    code: 'CreateAccountStatusNotFoundException',
  })
  assert.throws(() => listAccounts.handle({ MaxResults: 21 }, admin()), invalid)
  assert.throws(() => listAccounts.handle({ NextToken: 'x' }, admin()), invalid)
})
