import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { unknownFilter } from './errors.ts'
import { applyFilters, type FilterTable, matchesWildcard } from './filters.ts'

for (const [pattern, text, matches] of [
  ['abc', 'abc', true],
  ['abc', 'ABC', false],
  ['abc', 'abcd', false],
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['*', 'anything', true],
  ['a*c', 'abbbc', true],
  ['a*c', 'abbbd', false],
  ['*b*', 'abc', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['\\*', '*', true],
  ['\\*', 'x', false],
  ['a\\?', 'a?', true],
  ['a\\?', 'ab', false],
  ['\\\\', '\\', true],
  ['vpc-*', 'vpc-0123', true],
  ['10.0.*.5', '10.0.1.5', true],
  ['10.0.?.5', '10.0.12.5', false],
  ['a.c', 'abc', false],
] as const) {
  test(`${JSON.stringify(pattern)} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
    assert.equal(matchesWildcard(pattern, text), matches)
  })
}

test('wildcards mean what the same regular expression means', () => {
  const small = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 })
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 })
  fc.assert(
    fc.property(small, text, (pattern, value) => {
      const regexp = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)
      assert.equal(matchesWildcard(pattern, value), regexp.test(value))
    }),
    { seed: 1, numRuns: 2000 },
  )
})

test('a pattern made to explode a regular expression takes no time', () => {
  assert.equal(matchesWildcard(`${'*a'.repeat(100)}b`, 'a'.repeat(5000)), false)
})

interface Item {
  readonly name: string
  readonly groups: readonly string[]
  readonly tags: readonly { key: string; value: string }[]
}
const items: readonly Item[] = [
  { name: 'one', groups: ['sg-1', 'sg-2'], tags: [{ key: 'Env', value: 'prod' }] },
  { name: 'two', groups: ['sg-2'], tags: [{ key: 'Env', value: 'dev' }] },
  { name: 'three', groups: [], tags: [] },
]
const table: FilterTable<Item> = {
  name: (item) => item.name,
  'group-id': (item) => item.groups,
  never: () => undefined,
}

for (const { title, filters, names } of [
  { title: 'no filter', filters: undefined, names: ['one', 'two', 'three'] },
  { title: 'values are joined by OR', filters: [{ Name: 'name', Values: ['one', 'three'] }], names: ['one', 'three'] },
  {
    title: 'filters are joined by AND',
    filters: [
      { Name: 'group-id', Values: ['sg-2'] },
      { Name: 'tag:Env', Values: ['dev'] },
    ],
    names: ['two'],
  },
  { title: 'one of several values', filters: [{ Name: 'group-id', Values: ['sg-1'] }], names: ['one'] },
  { title: 'a member that is not there', filters: [{ Name: 'never', Values: ['*'] }], names: [] },
  { title: 'tag-key', filters: [{ Name: 'tag-key', Values: ['E*'] }], names: ['one', 'two'] },
  { title: 'tag with wildcard', filters: [{ Name: 'tag:Env', Values: ['p?od'] }], names: ['one'] },
]) {
  test(`filters: ${title}`, () => {
    const found = applyFilters(items, filters, table, (item) => item.tags)
    assert.deepEqual(
      found.map((item) => item.name),
      names,
    )
  })
}

for (const { title, filter, code, message } of [
  {
    title: 'unknown',
    filter: { Name: 'colour', Values: ['x'] },
    code: 'InvalidFilter',
    message: "The filter 'colour' is invalid",
  },
  {
    title: 'named like a member of every object',
    filter: { Name: 'constructor', Values: ['x'] },
    code: 'InvalidFilter',
    message: "The filter 'constructor' is invalid",
  },
  {
    title: 'without a name',
    filter: { Values: ['x'] },
    code: 'InvalidFilter',
    message: "The filter 'null' is invalid",
  },
  {
    title: 'tag without a key',
    filter: { Name: 'tag:', Values: ['x'] },
    code: 'InvalidFilter',
    message: "The filter 'tag:' is invalid",
  },
  {
    title: 'without values',
    filter: { Name: 'name', Values: [] },
    code: 'InvalidParameterValue',
    message: "The filter 'name' has no values",
  },
  {
    title: 'with too many values',
    filter: { Name: 'name', Values: Array<string>(201).fill('x') },
    code: 'FilterLimitExceeded',
    message: 'The maximum number of filter values specified on a single call is 200',
  },
]) {
  test(`a filter ${title} is refused`, () => {
    assert.throws(() => applyFilters(items, [filter], table, (item) => item.tags), { code, message })
  })
}

test('without tags, tag filters are unknown; the older calls have another code', () => {
  const filters = [{ Name: 'tag:Env', Values: ['x'] }]
  assert.throws(() => applyFilters(items, filters, table), { code: 'InvalidFilter' })
  assert.throws(() => applyFilters(items, filters, table, undefined, unknownFilter), { code: 'InvalidParameterValue' })
})
