import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeTransaction } from '../../test/support/fake-context.ts'
import { AwsError } from '../aws/error.ts'
import type { Principal } from '../aws/service.ts'
import type { Role } from '../resource/account.ts'
import type { User } from '../resource/identity.ts'
import { createAccount, createRootAccessKey } from './account.ts'
import { type AuthorizationRequest, authorize, lookupCredential, rootPrincipal } from './identity.ts'
import { requestContext } from './identity-context.ts'
import {
  maxSessionTokenBytes,
  openSession,
  type RoleSession,
  type Session,
  sealSession,
  temporarySecret,
} from './session-token.ts'

const serverKey = new Uint8Array(32).fill(7)
const now = new Date('2026-01-02T03:04:05.678Z')
const accountId = '111111111111'
const nonce = new Uint8Array(12).fill(1)

const role: Role = {
  roleId: 'AROAEXAMPLEEXAMPLEEXA',
  roleName: 'app',
  path: '/',
  accountId,
  assumeRolePolicyDocument: '{}',
  inlinePolicies: {},
  attachedPolicyArns: [],
  tags: [],
  maxSessionDurationSeconds: 3600,
  createdAt: now.toISOString(),
}
const session: RoleSession = {
  kind: 'role',
  accountId,
  roleId: role.roleId,
  roleArn: `arn:aws:iam::${accountId}:role/app`,
  roleName: 'app',
  sessionName: 'ci',
  accessKeyId: 'ASIAEXAMPLEEXAMPLEAA',
  issuedAt: now.getTime(),
  expiresAt: now.getTime() + 3_600_000,
  sessionPolicies: [],
}

function aTransaction(): FakeTransaction {
  const tx = new FakeTransaction()
  createAccount(
    tx,
    { now, randomText: (length) => 'A'.repeat(length) },
    { name: 'm', email: 'm@example.com', accountId },
  )
  return tx
}

const document = (...statements: object[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((more) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more })),
  })

test('a long-lived key is the root user of its account', () => {
  const tx = aTransaction()
  const key = createRootAccessKey(tx, { now, randomText: (length) => 'B'.repeat(length) }, accountId)
  assert.match(key.accessKeyId, /^AKIA[A-Z2-7]{16}$/)
  assert.deepEqual(lookupCredential(tx, key.accessKeyId, undefined, serverKey), {
    secretAccessKey: key.secretAccessKey,
    principal: { accountId, arn: 'arn:aws:iam::111111111111:root', userId: accountId, type: 'Root' },
  })
  assert.equal(lookupCredential(tx, key.accessKeyId, 'token', serverKey), 'bad-token')
  tx.put('access-key', { ...key, status: 'Inactive' })
  assert.equal(lookupCredential(tx, key.accessKeyId, undefined, serverKey), undefined)
})

const ann: User = {
  userId: 'AIDAANN',
  userName: 'ann',
  path: '/team/',
  accountId,
  groupNames: [],
  inlinePolicies: {},
  attachedPolicyArns: [],
  createdAt: now.toISOString(),
  tags: [],
}
const annPrincipal: Principal = {
  accountId,
  arn: 'arn:aws:iam::111111111111:user/team/ann',
  userId: 'AIDAANN',
  type: 'User',
  user: { userId: 'AIDAANN', userName: 'ann' },
}

test('a long-lived key with a user is that user, as long as it is there', () => {
  const tx = aTransaction()
  const key = createRootAccessKey(tx, { now, randomText: (length) => 'B'.repeat(length) }, accountId)
  tx.put('access-key', { ...key, userName: 'ann' })
  assert.equal(lookupCredential(tx, key.accessKeyId, undefined, serverKey), undefined)
  tx.put('user', ann)
  assert.deepEqual(lookupCredential(tx, key.accessKeyId, undefined, serverKey), {
    secretAccessKey: key.secretAccessKey,
    principal: annPrincipal,
  })
})

test('a session of a user is the user, and a federated user its own; both end with the user', () => {
  const common = { accountId, accessKeyId: session.accessKeyId, issuedAt: 1, expiresAt: 2 }
  const user = { userId: 'AIDAANN', userName: 'ann' }
  const look = (tx: FakeTransaction, opened: Session) => {
    const found = lookupCredential(tx, session.accessKeyId, sealSession(opened, serverKey, nonce), serverKey)
    return found === 'bad-token' ? found : found?.principal
  }
  const own: Session = { ...common, kind: 'user', user }
  const federated: Session = { ...common, kind: 'federated-user', name: 'bob', user, sessionPolicies: [] }
  const tx = aTransaction()
  for (const opened of [own, federated]) assert.equal(look(tx, opened), 'bad-token')
  tx.put('user', ann)
  assert.deepEqual(look(tx, own), { ...annPrincipal, issuedAt: 1 })
  assert.deepEqual(look(tx, federated), {
    accountId,
    arn: 'arn:aws:sts::111111111111:federated-user/bob',
    userId: '111111111111:bob',
    type: 'FederatedUser',
    user,
    issuedAt: 1,
  })
  tx.put('user', { ...ann, userId: 'AIDAOTHER' })
  for (const opened of [own, federated]) assert.equal(look(tx, opened), 'bad-token')
  assert.deepEqual(look(tx, { ...common, kind: 'user' }), { ...rootPrincipal(accountId), issuedAt: 1 })
})

test('temporary credentials of a user are not taken everywhere', () => {
  const tx = aTransaction()
  tx.put('user', { ...ann, inlinePolicies: { all: document({}) } })
  const attempt = (principal: Principal, action: string) => {
    try {
      authorize({ view: tx, principal, region: 'us-east-1', now, sourceIp: undefined, action, resources: ['*'] })
      return 'allowed'
    } catch (error) {
      assert.ok(error instanceof AwsError)
      return `${error.code} ${error.status} ${error.message}`
    }
  }
  const temporary = { ...annPrincipal, issuedAt: 1 }
  const invalid = 'InvalidClientTokenId 403 The security token included in the request is invalid'
  const refused = (name: string) => `AccessDenied 403 Cannot call ${name} with session credentials`
  assert.equal(attempt(annPrincipal, 'iam:ListUsers'), 'allowed')
  assert.equal(attempt(temporary, 'iam:ListUsers'), invalid)
  assert.equal(attempt(temporary, 'ec2:DescribeVpcs'), 'allowed')
  assert.equal(attempt(temporary, 'sts:AssumeRole'), 'allowed')
  assert.equal(attempt(temporary, 'sts:GetCallerIdentity'), 'allowed')
  assert.equal(attempt(temporary, 'sts:DecodeAuthorizationMessage'), refused('DecodeAuthorizationMessage'))
  const federated: Principal = { ...temporary, type: 'FederatedUser', sessionPolicies: [document({})] }
  assert.equal(attempt(federated, 'ec2:DescribeVpcs'), 'allowed')
  assert.equal(attempt(federated, 'sts:AssumeRole'), refused('AssumeRole'))
  assert.equal(attempt(sessionOf({ issuedAt: 1 }), 'sts:GetSessionToken'), refused('GetSessionToken'))
})

test('tags of a session come before those of its role', () => {
  const tx = aTransaction()
  const tags = [
    { key: 'team', value: 'role' },
    { key: 'site', value: 'x' },
  ]
  tx.put('role', { ...role, tags })
  const principal = sessionOf({ sessionTags: { team: 'session' }, issuedAt: now.getTime() })
  const context = requestContext({ view: tx, principal, region: 'us-east-1', now, sourceIp: undefined })
  assert.deepEqual(context.get('aws:principaltag/team'), ['session'])
  assert.deepEqual(context.get('aws:principaltag/site'), ['x'])
  assert.deepEqual(context.get('aws:tokenissuetime'), [now.toISOString()])
  assert.deepEqual(context.get('aws:multifactorauthpresent'), ['false'])
})

test('a key of a suspended account is unknown', () => {
  const tx = aTransaction()
  const key = createRootAccessKey(tx, { now, randomText: (length) => 'B'.repeat(length) }, accountId)
  const account = tx.get('account', accountId)
  assert.ok(account)
  tx.put('account', { ...account, status: 'SUSPENDED' })
  assert.equal(lookupCredential(tx, key.accessKeyId, undefined, serverKey), undefined)
  assert.equal(
    lookupCredential(tx, session.accessKeyId, sealSession(session, serverKey, nonce), serverKey),
    'bad-token',
  )
})

test('a session is found from its token alone', () => {
  const sealed = { ...session, sessionPolicies: [document({})], sourceIdentity: 'ann' }
  const token = sealSession(sealed, serverKey, nonce)
  assert.deepEqual(lookupCredential(aTransaction(), session.accessKeyId, token, serverKey), {
    secretAccessKey: temporarySecret(session.accessKeyId, serverKey),
    principal: {
      accountId,
      arn: 'arn:aws:sts::111111111111:assumed-role/app/ci',
      userId: 'AROAEXAMPLEEXAMPLEEXA:ci',
      type: 'AssumedRole',
      issuedAt: session.issuedAt,
      roleArn: 'arn:aws:iam::111111111111:role/app',
      sessionPolicies: [document({})],
      sourceIdentity: 'ann',
    },
    expiresAt: session.expiresAt,
  })
})

test('a token is worth nothing when anything about it is changed', () => {
  const tx = aTransaction()
  const token = sealSession(session, serverKey, nonce)
  const look = (accessKeyId: string, sessionToken: string | undefined, key = serverKey) =>
    lookupCredential(tx, accessKeyId, sessionToken, key)
  assert.notEqual(look(session.accessKeyId, token), 'bad-token')
  assert.equal(look('ASIAEXAMPLEEXAMPLEAB', token), 'bad-token')
  assert.equal(look(session.accessKeyId, token, new Uint8Array(32).fill(8)), 'bad-token')
  for (const bad of [undefined, '', 'x', token.slice(4), token.slice(0, -4), 'A'.repeat(100), 'A'.repeat(100_000)]) {
    assert.equal(look(session.accessKeyId, bad), 'bad-token')
  }
  const bytes = Buffer.from(token, 'base64')
  for (const [index, byte] of bytes.entries()) {
    const changed = Buffer.from(bytes)
    changed[index] = byte ^ 1
    assert.equal(look(session.accessKeyId, changed.toString('base64')), 'bad-token', `byte ${index}`)
  }
})

test('tokens are padded on wish, and bounded', () => {
  for (const minimum of [0, 1, 500, 1001, maxSessionTokenBytes]) {
    const token = sealSession(session, serverKey, nonce, minimum)
    assert.ok(token.length >= minimum && token.length <= Math.max(minimum + 3, 600), `${minimum}: ${token.length}`)
    assert.deepEqual(openSession(token, serverKey), session)
  }
})

const sessionOf = (more: Partial<Principal> = {}): Principal => ({
  accountId,
  arn: 'arn:aws:sts::111111111111:assumed-role/app/ci',
  userId: `${role.roleId}:ci`,
  type: 'AssumedRole',
  roleArn: session.roleArn,
  ...more,
})

/** undefined when it is allowed. */
function refusal(inlinePolicies: readonly string[] | undefined, more: Partial<AuthorizationRequest> = {}) {
  const view = aTransaction()
  if (inlinePolicies) view.put('role', { ...role, inlinePolicies: Object.fromEntries(inlinePolicies.entries()) })
  try {
    authorize({
      view,
      principal: sessionOf(),
      region: 'us-east-1',
      action: 'ec2:CreateVpc',
      now,
      sourceIp: '10.0.0.9',
      ...more,
    })
    return undefined
  } catch (error) {
    assert.ok(error instanceof AwsError)
    return { code: error.code, status: error.status, message: error.message }
  }
}

const user = 'User: arn:aws:sts::111111111111:assumed-role/app/ci is not authorized to perform:'

test('root may do everything, a role what its policies say', () => {
  assert.equal(refusal(undefined, { principal: rootPrincipal(accountId) }), undefined)
  assert.equal(refusal([document({})]), undefined)
  assert.equal(refusal([document({ Action: 'ec2:Describe*' }), document({ Action: 'ec2:CreateVpc' })]), undefined)
})

test('a role that is gone, or was made again, may do nothing', () => {
  assert.equal(refusal(undefined)?.code, 'UnauthorizedOperation')
  assert.equal(
    refusal([document({})], { principal: sessionOf({ userId: 'AROAOTHEROTHEROTHEROT:ci' }) })?.code,
    'UnauthorizedOperation',
  )
})

test('session policies limit the role', () => {
  const principal = sessionOf({ sessionPolicies: [document({ Action: 'ec2:Describe*' })] })
  assert.equal(refusal([document({})], { principal, action: 'ec2:DescribeVpcs' }), undefined)
  assert.deepEqual(refusal([document({})], { principal }), {
    code: 'UnauthorizedOperation',
    status: 403,
    message: `You are not authorized to perform this operation. ${user} ec2:CreateVpc because no session policy allows the ec2:CreateVpc action`,
  })
})

test('each service refuses in its own words', () => {
  assert.deepEqual(refusal([]), {
    code: 'UnauthorizedOperation',
    status: 403,
    message: `You are not authorized to perform this operation. ${user} ec2:CreateVpc because no identity-based policy allows the ec2:CreateVpc action`,
  })
  const action = 'elasticloadbalancing:CreateListener'
  assert.deepEqual(refusal([document({ Effect: 'Deny' })], { action }), {
    code: 'AccessDenied',
    status: 403,
    message: `${user} ${action} with an explicit deny in an identity-based policy`,
  })
  assert.deepEqual(refusal([], { action: 'organizations:ListAccounts' }), {
    code: 'AccessDeniedException',
    status: 400,
    message: `${user} organizations:ListAccounts because no identity-based policy allows the organizations:ListAccounts action`,
  })
})

test('resources: each must be allowed, and unknown ones count against the caller', () => {
  const arn = (id: string) => `arn:aws:ec2:us-east-1:111111111111:vpc/${id}`
  const one = [document({ Resource: arn('vpc-1') })]
  const action = 'ec2:DeleteVpc'
  assert.equal(refusal(one, { action, resources: [arn('vpc-1')] }), undefined)
  assert.match(
    refusal(one, { action, resources: [arn('vpc-1'), arn('vpc-2')] })?.message ?? '',
    /on resource: arn:aws:ec2:us-east-1:111111111111:vpc\/vpc-2 because/,
  )
  assert.equal(refusal(one, { action })?.code, 'UnauthorizedOperation')
  const butOne = [document({}), document({ Effect: 'Deny', Resource: arn('vpc-1') })]
  assert.equal(refusal(butOne, { action })?.code, 'UnauthorizedOperation')
  // Reads have no resources, so what is about one VPC does not concern them.
  assert.equal(refusal(butOne, { action: 'ec2:DescribeVpcs' }), undefined)
})

test('every request has the global condition keys', () => {
  const view = aTransaction()
  const context = requestContext({ view, principal: sessionOf(), region: 'eu-west-1', now, sourceIp: '10.0.0.9' })
  assert.deepEqual(Object.fromEntries(context), {
    'aws:principalarn': ['arn:aws:iam::111111111111:role/app'],
    'aws:principalaccount': ['111111111111'],
    'aws:principaltype': ['AssumedRole'],
    'aws:principalisawsservice': ['false'],
    'aws:viaawsservice': ['false'],
    'aws:userid': ['AROAEXAMPLEEXAMPLEEXA:ci'],
    'aws:requestedregion': ['eu-west-1'],
    'ec2:region': ['eu-west-1'],
    'aws:currenttime': ['2026-01-02T03:04:05.678Z'],
    'aws:epochtime': ['1767323045'],
    'aws:sourceip': ['10.0.0.9'],
    'aws:securetransport': ['false'],
  })
  const elsewhere = document({ Condition: { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } } })
  assert.equal(refusal([elsewhere])?.code, 'UnauthorizedOperation')
  assert.equal(refusal([elsewhere], { region: 'eu-west-1' }), undefined)
  // A caller may not speak for the server: its keys cannot replace these.
  const spoofed = requestContext({
    view,
    principal: sessionOf(),
    region: 'eu-west-1',
    now,
    sourceIp: '10.0.0.9',
    conditionContext: { 'AWS:SourceIp': '1.1.1.1' },
  })
  assert.deepEqual(spoofed.get('aws:sourceip'), ['10.0.0.9'])
})

test('GetCallerIdentity cannot be denied', () => {
  assert.equal(refusal([document({ Effect: 'Deny' })], { action: 'sts:GetCallerIdentity' }), undefined)
})
