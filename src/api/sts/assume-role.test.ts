import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { AssumeRoleRequest } from '@aws-sdk/client-sts'
import { aContext, FakeTransaction } from '../../../test/support/fake-context.ts'
import { AwsError } from '../../aws/error.ts'
import type { Principal } from '../../aws/service.ts'
import type { Role } from '../../resource/account.ts'
import { createAccount } from '../account.ts'
import { authorize, lookupCredential } from '../identity.ts'
import { assumeRole } from './assume-role.ts'
import { getCallerIdentity } from './get-caller-identity.ts'

const management = '111111111111'
const member = '222222222222'
const roleArn = `arn:aws:iam::${member}:role/Access`
const sessionKey = new Uint8Array(32).fill(3)

function aWorldOfTwo(change: Partial<Role> = {}): FakeTransaction {
  const tx = new FakeTransaction()
  const ctx = aContext({ tx })
  createAccount(tx, ctx, { name: 'm', email: 'm@example.com', accountId: management, isManagement: true })
  const accessRole = { roleName: 'Access', trustedAccountId: management }
  createAccount(tx, ctx, { name: 'a', email: 'a@example.com', accountId: member, accessRole })
  const role = tx.get('role', `${member}|Access`)
  assert.ok(role)
  tx.put('role', { ...role, ...change })
  return tx
}

function assume(tx: FakeTransaction, input: Partial<AssumeRoleRequest> = {}, principal?: Principal) {
  const ctx = { ...aContext({ tx }), sessionKey, sourceIp: '10.0.0.9' }
  return assumeRole.handle(
    { RoleArn: roleArn, RoleSessionName: 'ci', ...input },
    principal ? { ...ctx, principal } : ctx,
  )
}

function principalOf(tx: FakeTransaction, answer: ReturnType<typeof assume>): Principal {
  const { AccessKeyId = '', SecretAccessKey, SessionToken } = answer.Credentials ?? {}
  const credential = lookupCredential(tx, AccessKeyId, SessionToken, sessionKey)
  assert.ok(credential && credential !== 'bad-token')
  assert.equal(credential.secretAccessKey, SecretAccessKey)
  return credential.principal
}

function refusal(run: () => unknown): readonly [string, number, string] {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof AwsError)
    return [error.code, error.status, error.message]
  }
  assert.fail('it was not refused')
}

test('the management account assumes the access role of a member', () => {
  const tx = aWorldOfTwo()
  const before = tx.revision
  const answer = assume(tx)
  assert.equal(tx.revision, before, 'nothing is written')
  assert.match(answer.Credentials?.AccessKeyId ?? '', /^ASIA[A-Z2-7]{16}$/)
  assert.equal(answer.Credentials?.SecretAccessKey?.length, 40)
  assert.deepEqual(answer.Credentials?.Expiration, new Date('2026-01-02T04:04:05.000Z'))
  assert.equal(answer.SessionTokenSize, answer.Credentials?.SessionToken?.length)
  assert.equal(answer.PackedPolicySize, undefined)

  const principal = principalOf(tx, answer)
  const ctx = { ...aContext({ tx, accountId: member }), principal }
  assert.deepEqual(getCallerIdentity.handle({}, ctx), {
    UserId: answer.AssumedRoleUser?.AssumedRoleId,
    Account: member,
    Arn: `arn:aws:sts::${member}:assumed-role/Access/ci`,
  })
  assert.equal(answer.AssumedRoleUser?.Arn, `arn:aws:sts::${member}:assumed-role/Access/ci`)
})

test('two sessions have two keys', () => {
  const tx = aWorldOfTwo()
  const ctx = { ...aContext({ tx }), sessionKey }
  const input = { RoleArn: roleArn, RoleSessionName: 'ci' }
  const [one, two] = [assumeRole.handle(input, ctx), assumeRole.handle(input, ctx)]
  assert.notEqual(one.Credentials?.AccessKeyId, two.Credentials?.AccessKeyId)
  assert.notEqual(one.Credentials?.SessionToken, two.Credentials?.SessionToken)
})

test('a session policy goes with the session and limits it', () => {
  const tx = aWorldOfTwo()
  const Policy = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:Describe*","Resource":"*"}}'
  const answer = assume(tx, { Policy })
  assert.equal(answer.PackedPolicySize, Math.ceil((Policy.length / 2048) * 100))
  const request = {
    view: tx,
    principal: principalOf(tx, answer),
    region: 'us-east-1',
    now: new Date(),
    sourceIp: undefined,
  }
  authorize({ ...request, action: 'ec2:DescribeVpcs' })
  assert.throws(() => authorize({ ...request, action: 'ec2:CreateVpc' }), { code: 'UnauthorizedOperation' })
})

const trusting = (...statements: object[]): Partial<Role> => ({
  assumeRolePolicyDocument: JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((more) => ({
      Effect: 'Allow',
      Principal: { AWS: management },
      Action: 'sts:AssumeRole',
      ...more,
    })),
  }),
})
const denied = (principal = `arn:aws:iam::${management}:root`, action = 'sts:AssumeRole') =>
  ['AccessDenied', 403, `User: ${principal} is not authorized to perform: ${action} on resource: ${roleArn}`] as const

test('refused alike: not trusted, denied by the trust policy, no such role, another path', () => {
  assert.deepEqual(
    refusal(() => assume(aWorldOfTwo(trusting({ Principal: { AWS: '333333333333' } })))),
    denied(),
  )
  assert.deepEqual(
    refusal(() => assume(aWorldOfTwo(trusting({}, { Effect: 'Deny' })))),
    denied(),
  )
  const tx = aWorldOfTwo()
  tx.delete('role', `${member}|Access`)
  assert.deepEqual(
    refusal(() => assume(tx)),
    denied(),
  )
  assert.deepEqual(
    refusal(() => assume(aWorldOfTwo({ path: '/team/' }))),
    denied(),
  )
})

test('ExternalId, session name and address are conditions of the trust policy', () => {
  const tx = aWorldOfTwo(
    trusting({
      Condition: {
        StringEquals: { 'sts:ExternalId': 'secret' },
        StringLike: { 'sts:RoleSessionName': 'ci*' },
        IpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
      },
    }),
  )
  assume(tx, { ExternalId: 'secret' })
  assert.deepEqual(
    refusal(() => assume(tx)),
    denied(),
  )
  assert.deepEqual(
    refusal(() => assume(tx, { ExternalId: 'secret', RoleSessionName: 'me' })),
    denied(),
  )
})

test('a chained caller needs its own permission, and gets an hour at most', () => {
  const tx = aWorldOfTwo({ maxSessionDurationSeconds: 7200, ...trusting({}, { Principal: { AWS: member } }) })
  const first = principalOf(tx, assume(tx, { DurationSeconds: 7200 }))
  assert.equal(assume(tx, {}, first).AssumedRoleUser?.Arn, first.arn)
  assert.deepEqual(
    refusal(() => assume(tx, { DurationSeconds: 3601 }, first)),
    [
      'ValidationError',
      400,
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    ],
  )
  const role = tx.get('role', `${member}|Access`)
  assert.ok(role)
  tx.put('role', { ...role, inlinePolicies: {} })
  assert.deepEqual(
    refusal(() => assume(tx, {}, first)),
    ['AccessDenied', 403, `${denied(first.arn)[2]} because no identity-based policy allows the sts:AssumeRole action`],
  )
})

test('the source identity must be allowed, stays with the chain and cannot be changed', () => {
  const sourceIdentity = { Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'] }
  const tx = aWorldOfTwo(trusting(sourceIdentity, { ...sourceIdentity, Principal: { AWS: member } }))
  const answer = assume(tx, { SourceIdentity: 'ann' })
  assert.equal(answer.SourceIdentity, 'ann')
  const first = principalOf(tx, answer)
  assert.equal(principalOf(tx, assume(tx, {}, first)).sourceIdentity, 'ann')
  const action = 'sts:SetSourceIdentity'
  assert.deepEqual(
    refusal(() => assume(tx, { SourceIdentity: 'bob' }, first)),
    denied(first.arn, action),
  )
  assert.deepEqual(
    refusal(() => assume(aWorldOfTwo(), { SourceIdentity: 'ann' })),
    denied(undefined, action),
  )
})

const taggable = { Action: ['sts:AssumeRole', 'sts:TagSession'] }
const Tags = [
  { Key: 'team', Value: 'net' },
  { Key: 'site', Value: 'x' },
]

test('session tags must be allowed, are the principal’s, and the transitive ones stay with the chain', () => {
  assert.deepEqual(
    refusal(() => assume(aWorldOfTwo(), { Tags })),
    denied(undefined, 'sts:TagSession'),
  )
  const onlyTeam = { Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } } }
  assert.deepEqual(
    refusal(() => assume(aWorldOfTwo(trusting({ ...taggable, ...onlyTeam })), { Tags }))[0],
    'AccessDenied',
  )
  const tx = aWorldOfTwo(trusting(taggable, { ...taggable, Principal: { AWS: member } }))
  const first = principalOf(tx, assume(tx, { Tags, TransitiveTagKeys: ['team'] }))
  assert.deepEqual([first.sessionTags, first.transitiveTagKeys], [{ team: 'net', site: 'x' }, ['team']])
  const second = principalOf(tx, assume(tx, { Tags: [{ Key: 'site', Value: 'y' }] }, first))
  assert.deepEqual([second.sessionTags, second.transitiveTagKeys], [{ team: 'net', site: 'y' }, ['team']])
  assert.match(
    refusal(() => assume(tx, { Tags: [{ Key: 'Team', Value: 'z' }] }, first))[2],
    /transitive tag of the same/,
  )
})

test('managed policies narrow a session too', () => {
  const tx = aWorldOfTwo()
  const answer = assume(tx, { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AmazonVPCReadOnlyAccess' }] })
  assert.equal(answer.PackedPolicySize, 3)
  const request = {
    view: tx,
    principal: principalOf(tx, answer),
    region: 'us-east-1',
    now: new Date(),
    sourceIp: undefined,
  }
  authorize({ ...request, action: 'ec2:DescribeVpcs' })
  assert.throws(() => authorize({ ...request, action: 'ec2:CreateVpc' }), { code: 'UnauthorizedOperation' })
})

for (const [what, input, code, message] of [
  ['a long duration', { DurationSeconds: 3601 }, 'ValidationError', /exceeds the MaxSessionDuration set for this role/],
  [
    'a short duration',
    { DurationSeconds: 899 },
    'ValidationError',
    /^1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900$/,
  ],
  [
    'a session name with spaces',
    { RoleSessionName: 'a b' },
    'ValidationError',
    /Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: \[\\w\+=,\.@-\]\*$/,
  ],
  [
    'several faults',
    { RoleSessionName: '!', ExternalId: 'x' },
    'ValidationError',
    /^3 validation errors detected: .*; .*; /,
  ],
  [
    'no ARN of a role',
    { RoleArn: 'arn:aws:iam::222222222222:user/x' },
    'ValidationError',
    /^arn:aws:iam::222222222222:user\/x is invalid$/,
  ],
  ['a long policy', { Policy: ' '.repeat(2049) }, 'ValidationError', /length less than or equal to 2048/],
  ['a broken policy', { Policy: '{"Statement":' }, 'MalformedPolicyDocument', /invalid Json \(line 1, column 14\)/],
  [
    'a policy with a principal',
    { Policy: '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}}' },
    'MalformedPolicyDocument',
    /should not specify a principal/,
  ],
  [
    'an MFA device',
    { SerialNumber: 'GAHT12345678', TokenCode: '123456' },
    'AccessDenied',
    /MultiFactorAuthentication failed/,
  ],
  [
    'provided contexts',
    { ProvidedContexts: [{ ProviderArn: 'arn:aws:x', ContextAssertion: 'y' }] },
    'ValidationError',
    /served without ProvidedContexts/,
  ],
  [
    'a managed policy that is not there',
    { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/NoSuchPolicy' }] },
    'ValidationError',
    /NoSuchPolicy does not exist/,
  ],
  [
    'a transitive key without its tag',
    { TransitiveTagKeys: ['team'] },
    'ValidationError',
    /transitive tag key must be included/,
  ],
  [
    'one tag twice',
    {
      Tags: [
        { Key: 'team', Value: 'a' },
        { Key: 'Team', Value: 'b' },
      ],
    },
    'ValidationError',
    /Duplicate tag keys/,
  ],
] as const) {
  test(`refused: ${what}`, () => {
    const found = refusal(() => assume(aWorldOfTwo(), input as Partial<AssumeRoleRequest>))
    assert.equal(found[0], code)
    assert.match(found[2], message)
  })
}

test('the longest session policy fits a token, and a token can be asked to be longer', () => {
  const hardToPack = Array.from({ length: 16 }, (_, index) =>
    createHash('sha512').update(`${index}`).digest('hex').slice(0, 117),
  )
  const Action = hardToPack.map((text) => `ec2:${text}`)
  const Policy = JSON.stringify({ Statement: { Effect: 'Allow', Action, Resource: '*' } })
  assert.ok(Policy.length > 1980 && Policy.length <= 2048, `${Policy.length}`)
  assert.ok((assume(aWorldOfTwo(), { Policy }).SessionTokenUtilization ?? 101) <= 100)
  const padded = assume(aWorldOfTwo(), { MinimumSessionTokenSize: 4096 })
  assert.deepEqual([padded.SessionTokenSize, padded.SessionTokenUtilization], [4096, 100])
})
