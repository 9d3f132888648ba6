import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from '../../../test/support/fake-context.ts'
import { consumer, provider, stranger, throwsAwsError } from '../../../test/support/privatelink.ts'
import type { Principal } from '../../aws/service.ts'
import { grantOf, principalTypeOf } from './vpc-endpoint-service-principal.ts'

const root = (accountId: string): Principal => ({
  accountId,
  arn: `arn:aws:iam::${accountId}:root`,
  userId: accountId,
  type: 'Root',
})
const user = (accountId: string, name: string): Principal => ({
  accountId,
  arn: `arn:aws:iam::${accountId}:user/${name}`,
  userId: 'AIDA',
  type: 'User',
})
const session = (accountId: string, role: string): Principal => ({
  accountId,
  arn: `arn:aws:sts::${accountId}:assumed-role/${role}/session`,
  userId: 'AROA:session',
  type: 'AssumedRole',
  roleArn: `arn:aws:iam::${accountId}:role/${role}`,
})
const account = `arn:aws:iam::${consumer}:root`
const alice = `arn:aws:iam::${consumer}:user/alice`
const admin = `arn:aws:iam::${consumer}:role/admin`

for (const { list, principal, grant } of [
  { list: [], principal: root(provider), grant: 'owner' },
  { list: [], principal: session(provider, 'any'), grant: 'owner' },
  { list: [], principal: root(consumer), grant: 'none' },
  { list: ['*'], principal: user(stranger, 'x'), grant: 'public' },
  { list: [account], principal: root(consumer), grant: 'named' },
  { list: [account], principal: user(consumer, 'bob'), grant: 'named' },
  { list: [account], principal: session(consumer, 'any'), grant: 'named' },
  { list: [account], principal: root(stranger), grant: 'none' },
  { list: [alice], principal: user(consumer, 'alice'), grant: 'named' },
  { list: [alice], principal: user(consumer, 'bob'), grant: 'none' },
  { list: [alice], principal: user(stranger, 'alice'), grant: 'none' },
  { list: [alice], principal: root(consumer), grant: 'none' },
  { list: [admin], principal: session(consumer, 'admin'), grant: 'named' },
  { list: [admin], principal: session(consumer, 'other'), grant: 'none' },
  { list: [admin], principal: session(stranger, 'admin'), grant: 'none' },
  { list: ['*', admin], principal: session(consumer, 'admin'), grant: 'named' },
] as const) {
  test(`allow list [${list.join(', ')}] and ${principal.arn}: ${grant}`, () => {
    const permissions = list.map((entry) => ({
      servicePermissionId: 'vpce-svc-perm-0',
      principal: entry,
      principalType: principalTypeOf(entry),
      tags: [],
    }))
    assert.equal(grantOf(aContext().tx, { ownerId: provider, permissions }, principal), grant)
  })
}

/** An organisation whose unit `ou-…1` has the consumer in the unit `ou-…2` below it; the stranger is outside. */
function anOrganization() {
  const { tx } = aContext()
  const createdAt = '2026-01-01T00:00:00.000Z'
  tx.put('organization', {
    organizationId: 'o-a1b2c3d4e5',
    managementAccountId: provider,
    featureSet: 'ALL',
    createdAt,
  })
  const unit = (organizationalUnitId: string, parentId?: string) =>
    tx.put('organizational-unit', {
      organizationalUnitId,
      name: organizationalUnitId,
      ...(parentId === undefined ? {} : { parentId }),
      policyIds: [],
      tags: [],
    })
  unit('r-ab12')
  unit('ou-ab12-11111111', 'r-ab12')
  unit('ou-ab12-22222222', 'ou-ab12-11111111')
  const member = (accountId: string, more: object) =>
    tx.put('account', {
      accountId,
      name: accountId,
      email: `${accountId}@example.com`,
      status: 'ACTIVE',
      joinedMethod: 'CREATED',
      joinedAt: createdAt,
      isManagement: false,
      ...more,
    })
  member(consumer, { createRequestId: 'car-1', parentId: 'ou-ab12-22222222' })
  member(stranger, {})
  return tx
}

const organizations = `arn:aws:organizations::${provider}:`
for (const { entry, grant } of [
  { entry: `${organizations}organization/o-a1b2c3d4e5`, grant: 'named' },
  { entry: `${organizations}organization/o-a1b2c3d4e6`, grant: 'none' },
  { entry: `${organizations}ou/o-a1b2c3d4e5/ou-ab12-22222222`, grant: 'named' },
  { entry: `${organizations}ou/o-a1b2c3d4e5/ou-ab12-11111111`, grant: 'named' },
  { entry: `${organizations}ou/o-a1b2c3d4e5/ou-ab12-33333333`, grant: 'none' },
  { entry: 'o-a1b2c3d4e5/', grant: 'named' },
  { entry: 'o-a1b2c3d4e5/r-ab12/', grant: 'named' },
  { entry: 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/', grant: 'named' },
  { entry: 'o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/', grant: 'none' },
  { entry: 'ec2.amazonaws.com', grant: 'none' },
] as const) {
  test(`an account of a unit and ${entry}: ${grant}`, () => {
    const permissions = [
      { servicePermissionId: 'vpce-svc-perm-0', principal: entry, principalType: principalTypeOf(entry), tags: [] },
    ]
    const tx = anOrganization()
    assert.equal(grantOf(tx, { ownerId: '999999999999', permissions }, root(consumer)), grant)
    assert.equal(grantOf(tx, { ownerId: '999999999999', permissions }, root(stranger)), 'none')
  })
}

for (const [entry, type] of [
  ['*', 'All'],
  ['ec2.amazonaws.com', 'Service'],
  ['o-a1b2c3d4e5/r-ab12/', 'OrganizationUnit'],
  [`${organizations}ou/o-a1b2c3d4e5/ou-ab12-22222222`, 'OrganizationUnit'],
] as const) {
  test(`${entry} is of type ${type}`, () => assert.equal(principalTypeOf(entry), type))
}

for (const entry of [
  '',
  consumer,
  `arn:aws:iam::${consumer}:role/path/name`,
  `arn:aws:iam::${consumer}:group/x`,
  'arn:aws:iam::12:root',
  `arn:aws:iam::${consumer}:root\n`,
  'o-a1b2c3d4e5',
  'o-a1b2c3d4e5/ou-ab12-22222222/',
  `${organizations}account/o-a1b2c3d4e5/${consumer}`,
]) {
  test(`no principal: ${JSON.stringify(entry)}`, () => throwsAwsError(() => principalTypeOf(entry), 'InvalidPrincipal'))
}
