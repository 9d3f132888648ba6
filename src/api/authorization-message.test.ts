import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeTransaction } from '../../test/support/fake-context.ts'
import { AwsError } from '../aws/error.ts'
import { createAccount } from './account.ts'
import { openMessage, sealMessage } from './authorization-message.ts'
import { type AuthorizationRequest, authorize, userPrincipal } from './identity.ts'

const accountId = '111111111111'
const serverKey = new Uint8Array(32).fill(9)
const nonce = new Uint8Array(12).fill(1)
const now = new Date('2026-01-02T03:04:05.678Z')

const deny = {
  Sid: 'NoTuesday',
  Effect: 'Deny',
  Action: 'ec2:*',
  Resource: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
}
const onlyOne = {
  Sid: 'OneVpc',
  Effect: 'Allow',
  Action: 'ec2:DeleteVpc',
  Resource: `arn:aws:ec2:us-east-1:${accountId}:vpc/vpc-1`,
}
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

/** What the account's auditor reads of ann's attempt to delete vpc-2. */
function message(inlinePolicies: Readonly<Record<string, string>>, more: Partial<AuthorizationRequest> = {}) {
  const tx = new FakeTransaction()
  createAccount(tx, { now, randomText: (length) => 'A'.repeat(length) }, { name: 'm', email: 'm@x.com', accountId })
  tx.put('user', {
    userId: 'AIDAANN',
    userName: 'ann',
    path: '/',
    accountId,
    groupNames: [],
    inlinePolicies,
    attachedPolicyArns: [],
    createdAt: now.toISOString(),
    tags: [],
  })
  const principal = userPrincipal(tx, accountId, { userName: 'ann' })
  assert.ok(principal)
  let text = ''
  try {
    authorize({
      view: tx,
      principal,
      region: 'us-east-1',
      now,
      sourceIp: '10.0.0.9',
      action: 'ec2:DeleteVpc',
      touched: () => [
        { resource: `arn:aws:ec2:us-east-1:${accountId}:vpc/vpc-2`, keys: { 'ec2:ResourceTag/team': 'net' } },
      ],
      seal: (value) => sealMessage(value, accountId, serverKey, nonce),
      ...more,
    })
  } catch (error) {
    assert.ok(error instanceof AwsError)
    text = error.message
  }
  const [, plain, encoded = ''] = /^(.*)\. Encoded authorization failure message: ([\w-]+)$/.exec(text) ?? []
  return { plain, json: JSON.parse(openMessage(encoded, accountId, serverKey) ?? 'null') }
}

test('an explicit deny names the statement and its policy', () => {
  const { plain, json } = message({ guard: document(deny) })
  assert.equal(
    plain,
    `You are not authorized to perform this operation. User: arn:aws:iam::${accountId}:user/ann is not authorized to perform: ec2:DeleteVpc on resource: arn:aws:ec2:us-east-1:${accountId}:vpc/vpc-2 with an explicit deny in an identity-based policy`,
  )
  assert.deepEqual(
    { allowed: json.allowed, explicitDeny: json.explicitDeny, matched: json.matchedStatements },
    {
      allowed: false,
      explicitDeny: true,
      matched: {
        items: [
          {
            statementId: 'NoTuesday',
            effect: 'DENY',
            principals: { items: [] },
            principalGroups: { items: [] },
            actions: { items: [{ value: 'ec2:*' }] },
            resources: { items: [{ value: '*' }] },
            conditions: {
              items: [{ operator: 'Bool', key: 'aws:SecureTransport', values: { items: [{ value: 'false' }] } }],
            },
            policy: { kind: 'identity', type: 'user', id: 'guard' },
          },
        ],
      },
    },
  )
})

test('a missing allow names the statements that came near, and what they missed', () => {
  const tagged = {
    ...onlyOne,
    Sid: 'Tagged',
    Resource: '*',
    Condition: { StringEquals: { 'ec2:ResourceTag/team': 'x' } },
  }
  const { json } = message({
    one: document({ ...onlyOne, Sid: 'Other', Action: 'ec2:CreateVpc' }, onlyOne),
    two: document(tagged),
  })
  assert.equal(json.explicitDeny, false)
  assert.deepEqual(json.matchedStatements, { items: [] })
  assert.deepEqual(json.failures.items, [
    { missing: 'No identity policy allows the action.' },
    {
      statementId: 'OneVpc',
      statementIndex: 1,
      policy: { kind: 'identity', type: 'user', id: 'one' },
      notMatched: 'resource',
    },
    {
      statementId: 'Tagged',
      statementIndex: 0,
      policy: { kind: 'identity', type: 'user', id: 'two' },
      notMatched: { operator: 'StringEquals', key: 'ec2:ResourceTag/team', values: { items: [{ value: 'x' }] } },
    },
  ])
})

test('the context is the request as IAM saw it', () => {
  const { context } = message({}).json
  assert.deepEqual(context.principal, { id: 'AIDAANN', name: 'ann', arn: `arn:aws:iam::${accountId}:user/ann` })
  assert.equal(context.action, 'ec2:DeleteVpc')
  assert.equal(context.resource, `arn:aws:ec2:us-east-1:${accountId}:vpc/vpc-2`)
  const keys = new Map(
    context.conditions.items.map(({ key, values }: { key: string; values: unknown }) => [key, values]),
  )
  assert.deepEqual(keys.get('ec2:ResourceTag/team'), { items: [{ value: 'net' }] })
  assert.deepEqual(keys.get('aws:username'), { items: [{ value: 'ann' }] })
  assert.equal(keys.has('aws:SourceIdentity'), false)
})

test('only the account and the server can open it, and only as it was', () => {
  const encoded = sealMessage({ a: 1 }, accountId, serverKey, nonce)
  assert.match(encoded, /^[\w-]+$/)
  assert.equal(openMessage(encoded, accountId, serverKey), '{"a":1}')
  assert.equal(openMessage(encoded, '222222222222', serverKey), undefined)
  assert.equal(openMessage(encoded, accountId, new Uint8Array(32)), undefined)
  for (const bad of ['', 'x', encoded.slice(2), encoded.slice(0, -2), 'A'.repeat(200)]) {
    assert.equal(openMessage(bad, accountId, serverKey), undefined)
  }
})

test('hundreds of statements fit what DecodeAuthorizationMessage takes', () => {
  const many = Array.from({ length: 120 }, (_, index) => ({
    ...onlyOne,
    Sid: `S${index}`,
    Resource: `arn:aws:ec2:*:*:vpc/${index}`,
  }))
  const { json } = message({ many: document(...many) })
  assert.equal(json.failures.items.length, 21)
})

test('other services have no message', () => {
  const { plain } = message({}, { action: 'elasticloadbalancing:DeleteListener' })
  assert.equal(plain, undefined)
})
