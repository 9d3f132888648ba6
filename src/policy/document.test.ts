import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { locateStatements, PolicyError, type PolicyUse, parsePolicy, storedPolicy } from './document.ts'

const statement = (more: object = {}) => ({ Effect: 'Allow', Action: 'ec2:*', Resource: '*', ...more })
const document = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })

test('a single statement, strings in place of lists, and the default version', () => {
  assert.deepEqual(parsePolicy(JSON.stringify({ Statement: statement() }), 'identity'), {
    version: '2008-10-17',
    statements: [
      {
        index: 0,
        effect: 'Allow',
        action: { negated: false, values: ['ec2:*'] },
        resource: { negated: false, values: ['*'] },
        conditions: [],
      },
    ],
  })
})

test('every element is kept', () => {
  const parsed = parsePolicy(
    JSON.stringify({
      Version: '2012-10-17',
      Id: 'id',
      Statement: [
        {
          Sid: 'one',
          Effect: 'Deny',
          NotPrincipal: { AWS: ['111111111111', 'arn:aws:iam::222222222222:user/ann'], Service: 'ec2.amazonaws.com' },
          NotAction: ['ec2:DescribeVpcs'],
          NotResource: 'arn:aws:ec2:*:*:vpc/*',
          Condition: {
            'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': ['a', 'b'] },
            Bool: { 'aws:SecureTransport': false },
            NumericLessThan: { 'aws:MultiFactorAuthAge': 3600 },
          },
        },
      ],
    }),
    'resource',
  )
  assert.equal(parsed.id, 'id')
  assert.deepEqual(parsed.statements[0], {
    index: 0,
    sid: 'one',
    effect: 'Deny',
    principal: {
      negated: true,
      values: [
        { type: 'AWS', value: '111111111111' },
        { type: 'AWS', value: 'arn:aws:iam::222222222222:user/ann' },
        { type: 'Service', value: 'ec2.amazonaws.com' },
      ],
    },
    action: { negated: true, values: ['ec2:DescribeVpcs'] },
    resource: { negated: true, values: ['arn:aws:ec2:*:*:vpc/*'] },
    conditions: [
      { operator: { name: 'StringLike', set: 'ForAnyValue', ifExists: true }, key: 'aws:TagKeys', values: ['a', 'b'] },
      { operator: { name: 'Bool', ifExists: false }, key: 'aws:SecureTransport', values: ['false'] },
      { operator: { name: 'NumericLessThan', ifExists: false }, key: 'aws:MultiFactorAuthAge', values: ['3600'] },
    ],
  })
})

const trust = { Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'sts:AssumeRole' }
const condition = (operator: string, value: unknown) => statement({ Condition: { [operator]: { 'aws:x': value } } })

for (const [text, use, where, what] of [
  ['{\n  "Statement": [,]}', 'identity', 'line 2, column 17', /invalid Json/],
  ['{"Statement": [', 'identity', 'line 1, column 16', /invalid Json/],
  ['{"Statement":[{"Effect":"Allow","Effect":"Deny"}]}', 'identity', 'line 1, column 33', /Duplicate element Effect/],
  ['[]', 'identity', 'document', /object was expected/],
  ['{}', 'identity', 'Statement', /required field Statement/],
  [JSON.stringify({ Version: '2013-01-01', Statement: [] }), 'identity', 'Version', /valid version/],
  [JSON.stringify({ Statement: [], Extra: 1 }), 'identity', 'document', /unknown element Extra/],
  [document(statement(), { ...statement(), Effect: 'Maybe' }), 'identity', 'Statement[1].Effect', /Invalid effect/],
  [document({ Action: '*', Resource: '*' }), 'identity', 'Statement[0]', /required field Effect/],
  [document({ Effect: 'Allow', Resource: '*' }), 'identity', 'Statement[0]', /must contain actions/],
  [document({ Effect: 'Allow', Action: [], Resource: '*' }), 'identity', 'Statement[0].Action', /must contain actions/],
  [document(statement({ Action: 'DescribeVpcs' })), 'identity', 'Statement[0].Action', /prefaced by a vendor/],
  [document(statement({ NotAction: '*' })), 'identity', 'Statement[0]', /exclude each other/],
  [document({ Effect: 'Allow', Action: '*' }), 'identity', 'Statement[0]', /must contain resources/],
  [document(statement({ Resource: 'vpc-1' })), 'identity', 'Statement[0]', /must be in ARN format or "\*"/],
  [document(statement({ Principal: '*' })), 'identity', 'Statement[0]', /should not specify a principal/],
  [document(statement({ conditions: {} })), 'identity', 'Statement[0]', /unknown element conditions/],
  [document(statement({ Sid: 'a-b' })), 'identity', 'Statement[0].Sid', /alpha-numeric/],
  [document(statement({ Sid: 'a' }), statement({ Sid: 'a' })), 'identity', 'Sid a', /must be unique/],
  [document(condition('StringIs', 'x')), 'identity', 'Statement[0].Condition', /Invalid Condition type : StringIs/],
  [document(condition('NullIfExists', 'true')), 'identity', 'Statement[0].Condition', /Invalid Condition type/],
  [document(condition('StringEquals', [])), 'identity', 'Statement[0].Condition.StringEquals.aws:x', /at least one/],
  [document(condition('IpAddress', '10.0.0')), 'identity', 'Statement[0].Condition.IpAddress.aws:x', /not valid for/],
  [
    document(condition('IpAddress', '2001:db8::/129')),
    'identity',
    'Statement[0].Condition.IpAddress.aws:x',
    /not valid/,
  ],
  [document(condition('Bool', 'yes')), 'identity', 'Statement[0].Condition.Bool.aws:x', /not valid for Bool/],
  [document(condition('NumericEquals', '1x')), 'identity', 'Statement[0].Condition.NumericEquals.aws:x', /not valid/],
  [
    document(condition('DateLessThan', '2026-02-30')),
    'identity',
    'Statement[0].Condition.DateLessThan.aws:x',
    /not valid/,
  ],
  [document({ ...trust, Resource: '*' }), 'trust', 'Statement[0]', /prohibited field Resource/],
  [document({ ...trust, Action: 'ec2:*' }), 'trust', 'Statement[0].Action', /only specify STS AssumeRole/],
  [document({ Effect: 'Allow', Action: 'sts:AssumeRole' }), 'trust', 'Statement[0]', /required field Principal/],
  [
    document({ ...trust, Principal: { AWS: 'ann' } }),
    'trust',
    'Statement[0].Principal',
    /Invalid principal in policy: "AWS":"ann"/,
  ],
  [
    document({ ...trust, Principal: { AWS: 'arn:aws:iam::111111111111:user/*' } }),
    'trust',
    'Statement[0].Principal',
    /Invalid principal/,
  ],
  [document({ ...trust, Principal: {} }), 'trust', 'Statement[0].Principal', /Invalid principal/],
  [document({ ...trust, Principal: { Aws: '*' } }), 'trust', 'Statement[0].Principal', /unknown element Aws/],
  [
    document({ Effect: 'Allow', NotPrincipal: { AWS: '111111111111' }, Action: 'sts:AssumeRole' }),
    'trust',
    'Statement[0]',
    /NotPrincipal is not allowed/,
  ],
] as const satisfies readonly (readonly [string, PolicyUse, string, RegExp])[]) {
  test(`refused at ${where}: ${text.slice(0, 110).replaceAll('\n', ' ')}`, () => {
    assert.throws(
      () => parsePolicy(text, use),
      (error) => {
        assert.ok(error instanceof PolicyError)
        assert.equal(error.where, where)
        assert.match(error.message, what)
        return true
      },
    )
  })
}

test('a key inside a string value is no duplicate', () => {
  parsePolicy(
    document(statement({ Sid: 'a', Condition: { StringEquals: { 'aws:a': '"Sid":', 'aws:b': '{' } } })),
    'identity',
  )
})

test('any text is parsed or refused with PolicyError, and nothing else', () => {
  const json = fc.json({ maxDepth: 4 })
  const key = fc.constantFrom('Version', 'Statement', 'Effect', 'Action', 'Resource', 'Principal', 'Condition', 'Sid')
  const shaped = fc
    .dictionary(key, fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('Allow', '*', '2012-10-17', 'ec2:*')))
    .map((value) => JSON.stringify({ Version: '2012-10-17', Statement: [value] }))
  fc.assert(
    fc.property(fc.oneof(json, shaped, fc.string()), fc.constantFrom('identity', 'resource', 'trust'), (text, use) => {
      try {
        parsePolicy(text, use)
      } catch (error) {
        assert.ok(error instanceof PolicyError, String(error))
      }
    }),
    { seed: 2, numRuns: 2000 },
  )
})

test('where each statement stands', () => {
  const text = `{
  "Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "*", "Resource": "*"},
    {
      "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Null": {"aws:x": "true"}}
    }
  ]
}`
  assert.deepEqual(locateStatements(text), [
    { start: { line: 3, column: 5 }, end: { line: 3, column: 56 } },
    { start: { line: 4, column: 5 }, end: { line: 6, column: 6 } },
  ])
  assert.deepEqual(locateStatements('{"Statement":{}}'), [
    { start: { line: 1, column: 14 }, end: { line: 1, column: 16 } },
  ])
})

test('a stored document is parsed once', () => {
  const text = document(statement({ Sid: 'stored' }))
  assert.equal(storedPolicy(text, 'identity'), storedPolicy(text.slice(), 'identity'))
  assert.notEqual(storedPolicy(text, 'identity'), storedPolicy(`${text} `, 'identity'))
  // The use decides what a document may hold, so it is part of what is remembered.
  assert.throws(() => storedPolicy(text, 'trust'), PolicyError)
})
