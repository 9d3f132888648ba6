import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Credentials } from '@aws-sdk/client-sts'
import { aContext, FakeTransaction } from '../../../test/support/fake-context.ts'
import { AwsError } from '../../aws/error.ts'
import type { Credential, Principal } from '../../aws/service.ts'
import { createAccount, createRootAccessKey } from '../account.ts'
import { sealMessage } from '../authorization-message.ts'
import { authorize, lookupCredential, userPrincipal } from '../identity.ts'
import { decodeAuthorizationMessage } from './decode-authorization-message.ts'
import { getAccessKeyInfo } from './get-access-key-info.ts'
import { getFederationToken } from './get-federation-token.ts'
import { getSessionToken } from './get-session-token.ts'

const accountId = '111111111111'
const sessionKey = new Uint8Array(32).fill(3)
const readOnly = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:Describe*","Resource":"*"}}'
const everything = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'

function aWorld() {
  const tx = new FakeTransaction()
  const ctx = { ...aContext({ tx }), sessionKey }
  createAccount(tx, ctx, { name: 'm', email: 'm@example.com', accountId, isManagement: true })
  tx.put('user', {
    userId: 'AIDAANN',
    userName: 'ann',
    path: '/',
    accountId,
    groupNames: [],
    inlinePolicies: { all: everything },
    attachedPolicyArns: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    tags: [],
  })
  const ann = userPrincipal(tx, accountId, { userName: 'ann' })
  assert.ok(ann)
  return { tx, root: ctx, ann: { ...ctx, principal: ann } }
}

function credentialOf(tx: FakeTransaction, issued: Credentials | undefined): Credential {
  const found = lookupCredential(tx, issued?.AccessKeyId ?? '', issued?.SessionToken, sessionKey)
  assert.ok(found && found !== 'bad-token')
  assert.equal(found.secretAccessKey, issued?.SecretAccessKey)
  return found
}

function may(tx: FakeTransaction, principal: Principal, action: string): boolean {
  try {
    authorize({
      view: tx,
      principal,
      region: 'us-east-1',
      now: new Date(),
      sourceIp: undefined,
      action,
      resources: ['*'],
    })
    return true
  } catch (error) {
    assert.ok(error instanceof AwsError)
    return false
  }
}

test('GetSessionToken gives the user’s own rights, for twelve hours', () => {
  const { tx, ann } = aWorld()
  const { principal, expiresAt } = credentialOf(tx, getSessionToken.handle({}, ann).Credentials)
  assert.deepEqual(principal, { ...ann.principal, issuedAt: Date.parse('2026-01-02T03:04:05.000Z') })
  assert.equal(expiresAt, Date.parse('2026-01-02T15:04:05.000Z'))
  assert.equal(may(tx, principal, 'ec2:CreateVpc'), true)
})

test('the root user gets an hour', () => {
  const { tx, root } = aWorld()
  for (const answer of [getSessionToken.handle({}, root), getFederationToken.handle({ Name: 'bob' }, root)]) {
    assert.equal(credentialOf(tx, answer.Credentials).expiresAt, Date.parse('2026-01-02T04:04:05.000Z'))
  }
})

test('a federated user may do what its session policies and the user who asked both may', () => {
  const { tx, ann } = aWorld()
  const none = getFederationToken.handle({ Name: 'bob' }, ann)
  assert.deepEqual(none.FederatedUser, {
    FederatedUserId: `${accountId}:bob`,
    Arn: `arn:aws:sts::${accountId}:federated-user/bob`,
  })
  assert.equal(none.PackedPolicySize, undefined)
  assert.equal(may(tx, credentialOf(tx, none.Credentials).principal, 'ec2:DescribeVpcs'), false)

  const some = getFederationToken.handle({ Name: 'bob', Policy: readOnly, Tags: [{ Key: 'a', Value: 'b' }] }, ann)
  const { principal } = credentialOf(tx, some.Credentials)
  assert.deepEqual(principal.sessionTags, { a: 'b' })
  assert.equal(may(tx, principal, 'ec2:DescribeVpcs'), true)
  assert.equal(may(tx, principal, 'ec2:CreateVpc'), false)

  const user = tx.get('user', `${accountId}|ann`)
  assert.ok(user)
  tx.put('user', { ...user, inlinePolicies: {} })
  assert.equal(may(tx, principal, 'ec2:DescribeVpcs'), false)
})

for (const [what, run, code, text] of [
  ['a short duration', () => getSessionToken.handle({ DurationSeconds: 899 }, aWorld().ann), 'ValidationError', /899/],
  [
    'an MFA device',
    () => getSessionToken.handle({ SerialNumber: 'GAHT12345678', TokenCode: '123456' }, aWorld().ann),
    'AccessDenied',
    /MultiFactorAuthentication failed/,
  ],
  [
    'a long name',
    () => getFederationToken.handle({ Name: 'a'.repeat(33) }, aWorld().ann),
    'ValidationError',
    /'name' failed to satisfy constraint: Member must have length less than or equal to 32/,
  ],
  [
    'a broken policy',
    () => getFederationToken.handle({ Name: 'bob', Policy: '{' }, aWorld().ann),
    'MalformedPolicyDocument',
    /invalid Json/,
  ],
  [
    'a key that nobody has',
    () => getAccessKeyInfo.handle({ AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }, aWorld().ann),
    'ValidationError',
    /does not exist/,
  ],
  [
    'a message that nobody made',
    () => decodeAuthorizationMessage.handle({ EncodedMessage: 'abc' }, aWorld().ann),
    'InvalidAuthorizationMessageException',
    /invalid/,
  ],
] as const) {
  test(`refused: ${what}`, () => {
    assert.throws(run, (error) => error instanceof AwsError && error.code === code && text.test(error.message))
  })
}

test('the account of a key', () => {
  const { tx, root, ann } = aWorld()
  const { accessKeyId } = createRootAccessKey(tx, root, accountId)
  assert.deepEqual(getAccessKeyInfo.handle({ AccessKeyId: accessKeyId }, ann), { Account: accountId })
})

test('an authorization message is read in its account', () => {
  const { ann } = aWorld()
  const EncodedMessage = sealMessage({ allowed: false }, accountId, sessionKey, new Uint8Array(12))
  assert.deepEqual(decodeAuthorizationMessage.handle({ EncodedMessage }, ann), { DecodedMessage: '{"allowed":false}' })
  const elsewhere = { ...ann, accountId: '222222222222' }
  assert.throws(() => decodeAuthorizationMessage.handle({ EncodedMessage }, elsewhere), {
    code: 'InvalidAuthorizationMessageException',
  })
})
