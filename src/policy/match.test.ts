// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policy variables are written
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compilePattern, conditionContext, matchAction, matchArn, matchPattern } from './match.ts'

const context = conditionContext({
  'aws:username': 'ann',
  'aws:userid': 'AROAEXAMPLE:sess',
  'aws:PrincipalTag/team': '*',
  'aws:TagKeys': ['a', 'b'],
})

for (const [pattern, text, matches] of [
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['a*c', 'abbbc', true],
  ['a*c', 'abbbcd', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['*a*b*c', 'xaybzc', true],
  ['*a*b*c', 'xaybz', false],
  ['a**', 'a', true],
  ['?', '😀', true],
  ['home/${aws:username}/*', 'home/ann/x', true],
  ['${AWS:UserName}', 'ann', true],
  ["${aws:nobody, 'all'}", 'all', true],
  ["${aws:username, 'all'}", 'ann', true],
  ['${*}', '*', true],
  ['${*}', 'x', false],
  ['${?}${$}', '?$', true],
  ['${aws:PrincipalTag/team}', '*', true],
  // What a variable brings in is literal: a tag must not widen a policy.
  ['${aws:PrincipalTag/team}', 'red', false],
  ['${unclosed', '${unclosed', true],
] as const) {
  test(`pattern ${pattern} ${matches ? 'matches' : 'does not match'} "${text}"`, () => {
    const compiled = compilePattern(pattern, context)
    assert.ok(compiled)
    assert.equal(matchPattern(compiled, text), matches)
  })
}

test('a variable without one value leaves no pattern', () => {
  assert.equal(compilePattern('${aws:nobody}', context), undefined)
  assert.equal(compilePattern('${aws:TagKeys}', context), undefined)
  assert.equal(compilePattern('${}', context), undefined)
})

test('in version 2008-10-17 a variable is plain text', () => {
  const compiled = compilePattern('${aws:username}', undefined)
  assert.ok(compiled)
  assert.equal(matchPattern(compiled, '${aws:username}'), true)
})

for (const [pattern, arn, matches] of [
  ['*', 'arn:aws:ec2:us-east-1:111111111111:vpc/vpc-1', true],
  ['*', '*', true],
  ['arn:aws:ec2:*:111111111111:vpc/*', 'arn:aws:ec2:us-east-1:111111111111:vpc/vpc-1', true],
  ['arn:aws:ec2:*:222222222222:vpc/*', 'arn:aws:ec2:us-east-1:111111111111:vpc/vpc-1', false],
  // A wildcard does not cross a colon …
  ['arn:aws:ec2:*:vpc/*', 'arn:aws:ec2:us-east-1:111111111111:vpc/vpc-1', false],
  ['arn:aws:*:111111111111:vpc/*', 'arn:aws:ec2:us-east-1:111111111111:vpc/vpc-1', false],
  // … except in the last field.
  ['arn:aws:logs:*:*:log-group:*', 'arn:aws:logs:us-east-1:111111111111:log-group:a:log-stream:b', true],
  ['arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket/a:b/c', true],
  ['arn:aws:sqs', 'arn:aws:sqs:us-east-1:111111111111:q', true],
  ['arn:aws:ec2:us-east-1:111111111111:vpc/vpc-1', '*', false],
] as const) {
  test(`resource ${pattern} ${matches ? 'matches' : 'does not match'} ${arn}`, () => {
    const compiled = compilePattern(pattern, context)
    assert.ok(compiled)
    assert.equal(matchArn(compiled, arn, true), matches)
  })
}

function plain(text: string) {
  const pattern = compilePattern(text, undefined)
  assert.ok(pattern)
  return pattern
}

test('an incomplete ARN in a condition matches nothing', () => {
  assert.equal(matchArn(plain('arn:aws:sqs'), 'arn:aws:sqs:us-east-1:1:q', false), false)
})

test('actions ignore case', () => {
  assert.equal(matchAction('EC2:describe*', 'ec2:DescribeVpcs'), true)
  assert.equal(matchAction('ec2:Describe*', 'ec2:CreateVpc'), false)
  assert.equal(matchAction('*', 'sts:AssumeRole'), true)
})

test('matching agrees with a regular expression', () => {
  const symbol = fc.constantFrom('a', 'b', ':', '*', '?')
  const pattern = fc.array(symbol, { maxLength: 8 }).map((parts) => parts.join(''))
  const text = fc.array(fc.constantFrom('a', 'b', ':'), { maxLength: 10 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(pattern, text, (p, t) => {
      const expected = new RegExp(`^${p.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(t)
      assert.equal(matchPattern(plain(p), t), expected)
    }),
    { seed: 1, numRuns: 2000 },
  )
})

test('a hostile pattern is answered at once', () => {
  const pattern = plain(`${'*a'.repeat(200)}b`)
  const before = performance.now()
  assert.equal(matchPattern(pattern, 'a'.repeat(4000)), false)
  assert.ok(performance.now() - before < 1000)
})
