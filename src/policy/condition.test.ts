// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policy variables are written
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conditionHolds, parseConditionOperator, parseDate } from './condition.ts'
import { conditionContext } from './match.ts'

const context = conditionContext({
  s: 'Blue',
  n: '10',
  d: '2026-01-02T03:04:05Z',
  b: 'true',
  bin: 'QUI=',
  ip: '10.1.2.3',
  ip6: '2001:db8::1',
  arn: 'arn:aws:iam::111111111111:role/team/app',
  many: ['a', 'b'],
  none: [],
  'aws:username': 'Blue',
})

for (const [operator, key, values, holds] of [
  ['StringEquals', 's', ['Red', 'Blue'], true],
  ['StringEquals', 'S', ['Blue'], true],
  ['StringEquals', 's', ['blue'], false],
  ['StringEquals', 's', ['B*'], false],
  ['StringEquals', 's', ['${aws:username}'], true],
  ['StringNotEquals', 's', ['Red', 'Blue'], false],
  ['StringNotEquals', 's', ['Red'], true],
  ['StringEqualsIgnoreCase', 's', ['bLUE'], true],
  ['StringNotEqualsIgnoreCase', 's', ['bLUE'], false],
  ['StringLike', 's', ['B*e'], true],
  ['StringNotLike', 's', ['B*e'], false],
  ['NumericEquals', 'n', ['10.0'], true],
  ['NumericNotEquals', 'n', ['10.0'], false],
  ['NumericLessThan', 'n', ['10'], false],
  ['NumericLessThanEquals', 'n', ['10'], true],
  ['NumericGreaterThan', 'n', ['9'], true],
  ['NumericGreaterThanEquals', 'n', ['11'], false],
  ['NumericEquals', 's', ['1'], false],
  ['DateLessThan', 'd', ['2026-01-02T04:04:05+00:30'], true],
  ['DateEquals', 'd', ['1767323045'], true],
  ['DateNotEquals', 'd', ['1767323045'], false],
  ['DateGreaterThan', 'd', ['2026-01-02'], true],
  ['DateGreaterThanEquals', 'd', ['2027'], false],
  ['Bool', 'b', ['True'], true],
  ['Bool', 'b', ['false'], false],
  ['BinaryEquals', 'bin', ['QUI'], true],
  ['IpAddress', 'ip', ['10.1.0.0/16'], true],
  ['IpAddress', 'ip', ['10.1.2.3'], true],
  ['IpAddress', 'ip', ['2001:db8::/32'], false],
  ['NotIpAddress', 'ip', ['10.1.0.0/16', '192.168.0.0/16'], false],
  ['IpAddress', 'ip6', ['2001:db8::/32'], true],
  ['IpAddress', 'ip6', ['10.0.0.0/8', '2001:db9::/32'], false],
  ['ArnLike', 'arn', ['arn:aws:iam::*:role/team/*'], true],
  ['ArnEquals', 'arn', ['arn:aws:iam::*:role/team/*'], true],
  ['ArnLike', 'arn', ['arn:aws:iam:*:role/team/*'], false],
  ['ArnNotLike', 'arn', ['arn:aws:iam::*:role/team/*'], false],
  ['ArnNotEquals', 'arn', ['arn:aws:iam::222222222222:*'], true],
  ['Null', 's', ['false'], true],
  ['Null', 's', ['true'], false],
  ['Null', 'absent', ['true'], true],
  // Absent keys: plain operators fail, negated ones and …IfExists hold.
  ['StringEquals', 'absent', ['x'], false],
  ['StringNotEquals', 'absent', ['x'], true],
  ['NotIpAddress', 'absent', ['10.0.0.0/8'], true],
  ['NumericLessThan', 'absent', ['1'], false],
  ['StringEqualsIfExists', 'absent', ['x'], true],
  ['StringEqualsIfExists', 's', ['x'], false],
  // Sets.
  ['ForAllValues:StringEquals', 'many', ['a', 'b', 'c'], true],
  ['ForAllValues:StringEquals', 'many', ['a'], false],
  ['ForAllValues:StringEquals', 'absent', ['a'], true],
  ['ForAllValues:StringEquals', 'none', ['a'], true],
  ['ForAllValues:StringNotEquals', 'many', ['c'], true],
  ['ForAllValues:StringNotEquals', 'many', ['a'], false],
  ['ForAnyValue:StringEquals', 'many', ['b', 'c'], true],
  ['ForAnyValue:StringEquals', 'many', ['c'], false],
  ['ForAnyValue:StringEquals', 'absent', ['c'], false],
  ['ForAnyValue:StringNotEquals', 'many', ['a'], true],
  ['ForAnyValue:StringNotEquals', 'many', ['a', 'b'], false],
  ['ForAnyValue:StringNotEquals', 'absent', ['a'], false],
  ['ForAnyValue:StringEqualsIfExists', 'absent', ['a'], true],
  // A variable without value matches nothing, and in an Allow nothing holds by it.
  ['StringEquals', 's', ['${aws:nobody}', 'Blue'], true],
  ['StringEquals', 's', ['${aws:nobody}'], false],
  ['StringNotEquals', 's', ['${aws:nobody}'], false],
] as const) {
  test(`${operator} ${key} ${values.join(' | ')} is ${holds}`, () => {
    const parsed = parseConditionOperator(operator)
    assert.ok(parsed)
    assert.equal(conditionHolds({ operator: parsed, key, values }, context, context, 'Allow'), holds)
  })
}

test('a Deny is not weakened by a variable without value', () => {
  const operator = parseConditionOperator('StringNotEquals')
  assert.ok(operator)
  const condition = { operator, key: 's', values: ['${aws:nobody}'] }
  assert.equal(conditionHolds(condition, context, context, 'Deny'), true)
})

for (const [text, expected] of [
  ['2026', '2026-01-01T00:00:00.000Z'],
  ['2026-03', '2026-03-01T00:00:00.000Z'],
  ['2026-03-04T05:06Z', '2026-03-04T05:06:00.000Z'],
  ['2026-03-04T05:06:07.5+01:00', '2026-03-04T04:06:07.500Z'],
  ['2026-03-04T05:06:07', '2026-03-04T05:06:07.000Z'],
  ['1767323045', '2026-01-02T03:04:05.000Z'],
] as const) {
  test(`date ${text} is ${expected}`, () => assert.equal(parseDate(text), Date.parse(expected)))
}

for (const text of ['', 'now', '2026-13', '2026-02-30', '2026-01-01T25:00Z', '2026-1-1']) {
  test(`"${text}" is no date`, () => assert.equal(parseDate(text), undefined))
}
